#!/bin/sh
# A smoke test with curl alone. It makes a tenant with a scenario, calls three times, and
# checks that the calls arrived. The sandbox signs the calls.
#
#   examples/shell/smoke.sh http://127.0.0.1:2012
set -eu

base=${1:-${SHAXIANG_URL:-http://127.0.0.1:2012}}
api=$base/_sandbox
json='Content-Type: application/json'

fail() {
	echo "$1" >&2
	exit 1
}

# A tenant with its own credentials, which is deleted after ten minutes.
tenant=$(curl -sS --fail-with-body "$api/tenants" -H "$json" -d '{"ttl": "10m"}')
name=$(echo "$tenant" | sed -n 's/^{"name":"\([^"]*\)".*/\1/p')
sid=$(echo "$tenant" | sed -n 's/.*"openapi":{"sid":"\([^"]*\)".*/\1/p')
key=$(echo "$tenant" | sed -n 's/.*"key":"\([^"]*\)".*/\1/p')
salt=$(echo "$tenant" | sed -n 's/.*"appsecret":"[^":]*:\([^"]*\)".*/\1/p')
trap 'curl -sS -X DELETE "$api/tenants/$name"' EXIT

curl -sS --fail-with-body -o /dev/null -X PUT "$api/tenants/$name/scenario" -H "$json" -d '{"name": "third-call-throttled"}'

call() {
	method=sales.Payment.queryWithDetail
	body='[{"start_time":"2022-12-28 16:40:00","end_time":"2022-12-28 16:45:00"}]'
	now=$(($(date +%s) - 1325347200)) # seconds since 2012-01-01, Beijing
	quoted=$(echo "$body" | sed 's/"/\\"/g')
	sign=$(curl -sS --fail-with-body "$api/sign" -H "$json" -d '{"vendor": "openapi", "tenant": "'"$name"'", "body": "'"$quoted"'",
		"params": {"sid": "'"$sid"'", "key": "'"$key"'", "salt": "'"$salt"'", "method": "'"$method"'", "v": "1.0",
			"timestamp": "'"$now"'", "page_no": "0", "page_size": "10"}}' | sed -n 's/.*"sign":"\([^"]*\)".*/\1/p')
	curl -sS "$base/openapi?sid=$sid&key=$key&salt=$salt&method=$method&v=1.0&timestamp=$now&page_no=0&page_size=10&sign=$sign" -H "$json" -d "$body"
}

for n in 1 2; do
	answer=$(call)
	case $answer in
	*'"status":0'*'"sales_order_no":"AT202212120003-9"'*) ;;
	*) fail "call $n answered $answer" ;;
	esac
done
answer=$(call)
case $answer in
*'"status":100'*超过每分钟最大调用频率限制*) ;;
*) fail "call 3 answered $answer" ;;
esac

# The status is 417, with the nearest calls, when the expectation is not met.
verify() {
	curl -sS --fail-with-body -o /dev/null "$api/tenants/$name/verify" -H "$json" -d "$1"
}
verify '{"match": {"method": "sales.*", "outcome": "ok"}, "count": {"exactly": 2}}'
verify '{"match": {"method": "sales.*", "kind": "too_frequent", "rule": "third"}, "count": {"exactly": 1}}'
echo "3 calls, 1 refused, as expected"
