package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
)

// TestDocumentedRefusals compares the flagship's table with the published one: each
// text that concerns auth, arguments, paging, span, date format, methods and permission.
func TestDocumentedRefusals(t *testing.T) {
	t.Parallel()
	const method = "sales.Payment.queryWithDetail"
	tests := []struct {
		code    string
		message string
		refused *catalog.Refusal
	}{
		{"1", "参数错误", catalog.Refuse(catalog.Malformed)},
		{"1", "invalid argument count", catalog.Refuse(catalog.ArgCount)},
		{"1", "sid is not exists", catalog.Refuse(catalog.WrongEnvironment, "value", "x")},
		{"1", "参数个数错误", catalog.Refuse(catalog.MissingPublic, "name", "sid")},
		{"1", "sid is not found", catalog.Refuse(catalog.UnknownApp, "value", "x")},
		{"1", "验证失败", catalog.Refuse(catalog.UnknownKey, "value", "x")},
		{"1", "验证失败", catalog.Refuse(catalog.BadSignature)},
		{"1", "argument type mismatch", catalog.Refuse(catalog.BadType, "name", "status")},
		{"1", `For input string: "1665947116495"`, catalog.Refuse(catalog.BadTimestamp, "value", "1665947116495")},
		{"1", "app auth fail", catalog.Refuse(catalog.AppRefused)},
		{"2", "shop_no", catalog.Refuse(catalog.UnknownParam, "name", "shop_no")},
		{"3", "需要动态口令", catalog.Refuse(catalog.TokenRequired)},
		{"4", "数据库错误", catalog.Refuse(catalog.Database)},
		{"6", "ip限制", catalog.Refuse(catalog.IPBlocked)},
		{"7", "时间戳错误", catalog.Refuse(catalog.StaleTimestamp, "value", "1")},
		{"8", "版本错误", catalog.Refuse(catalog.BadVersion, "value", "2.0")},
		{"99", "其他错误", catalog.Refuse(catalog.Internal)},
		{"100", "此方法仅支持分页查询：" + method, catalog.Refuse(catalog.NotPaged, "method", method)},
		{"100", "店铺编号不存在或已停用", catalog.Refuse(catalog.NotFound, "name", "shop_no")},
		{"100", "未找到符合条件的订单", catalog.Refuse(catalog.NotFound, "name", "order_no")},
		{"100", "传入店铺编号全部错误", catalog.Refuse(catalog.NotFound, "name", "shop_nos")},
		{"100", "单据不存在", catalog.Refuse(catalog.Conflict)},
		{"100", "参数中必须包含起止时间", catalog.Refuse(catalog.MissingWindow, "name", "end_time")},
		{"100", "您的查询时间过宽,查询时间不能大于30天", catalog.Refuse(catalog.SpanTooWide, "limit", "30天")},
		{"100", "您的查询时间过宽,查询时间不能大于60分钟", catalog.Refuse(catalog.SpanTooWide, "limit", "60分钟")},
		{"100", "权限不足", catalog.Refuse(catalog.NoPermission, "method", method)},
		{"100", "状态应该是由逗号分隔开的整数数组", catalog.Refuse(catalog.BadList, "name", "status", "label", "状态")},
		{"100", "超过每分钟最大调用频率限制，请稍后重试", catalog.Refuse(catalog.TooFrequent)},
		{"100", "超过每分钟最大并发次数限制，请稍后重试", catalog.Refuse(catalog.TooConcurrent)},
		{"100", "Unparseable date: 2023/02/06 17:59:19", catalog.Refuse(catalog.BadDate, "name", "start_time", "value", "2023/02/06 17:59:19")},
		{"100", "pay_methodmust be less than or equal to 7", catalog.Refuse(catalog.TooLarge, "name", "pay_method", "max", "7")},
		{"100", "采购员姓名不能为空", catalog.Refuse(catalog.MissingParam, "name", "x", "label", "采购员姓名")},
		{"100", "Data truncation: Data too long for column remark", catalog.Refuse(catalog.TooLong, "name", "remark")},
	}
	errors := mustShipped(t).Vendor("openapi").Errors
	for _, tt := range tests {
		row := catalog.Find(tt.refused, "/openapi", errors)
		if row == nil {
			t.Errorf("%s has no row", tt.refused.Kind)
			continue
		}
		if row.Code.JSON() != tt.code || row.Text(tt.refused.Vars) != tt.message || row.Evidence != catalog.Documented {
			t.Errorf("%s answers %s %q (%s), want %s %q (documented)", tt.refused.Kind, row.Code.JSON(), row.Text(tt.refused.Vars), row.Evidence, tt.code, tt.message)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	row := func(message, param, gateway string) catalog.ErrorRow {
		return catalog.ErrorRow{Kind: catalog.NotFound, Param: param, Gateway: gateway, Message: message}
	}
	table := []catalog.ErrorRow{
		{Kind: catalog.Conflict, Message: "other kind"},
		row("general", "", ""), row("general again", "", ""),
		row("argument", "a", ""), row("path", "", "/a/very/long/path"), row("both", "a", "/both"),
	}
	endpoint := []catalog.ErrorRow{row("endpoint", "b", "")}
	for _, tt := range []struct{ param, gateway, want string }{
		{"", "/", "general"},
		{"c", "/", "general"},
		{"a", "/", "argument"},
		{"c", "/a/very/long/path", "path"},
		{"a", "/a/very/long/path", "argument"},
		{"a", "/both", "both"},
		{"b", "/a/very/long/path", "endpoint"},
	} {
		got := catalog.Find(catalog.Refuse(catalog.NotFound, "name", tt.param), tt.gateway, endpoint, table)
		if got == nil || got.Message != tt.want {
			t.Errorf("argument %q on %q finds %+v, want %s", tt.param, tt.gateway, got, tt.want)
		}
	}
	if got := catalog.Find(catalog.Refuse(catalog.Database), "", endpoint, table); got != nil {
		t.Errorf("a kind without a row finds %+v", got)
	}
}

// TestFubeiGateways: the same failure has another code on the agents' path.
func TestFubeiGateways(t *testing.T) {
	t.Parallel()
	v := mustShipped(t).Vendor("fubei")
	for gateway, want := range map[string]string{"/gateway": "400", "/gateway/cate": "400", "/gateway/agent": "9996"} {
		if got := catalog.Find(catalog.Refuse(catalog.MissingParam, "name", "x"), gateway, v.Errors).Code.JSON(); got != want {
			t.Errorf("missing_param on %s is %s, want %s", gateway, got, want)
		}
	}
	refused := catalog.Refuse(catalog.NotFound, "name", "merchant_id")
	if row := catalog.Find(refused, "/gateway/agent", v.Errors); row.Code.JSON() != "1004" || row.Message != "商户不存在" {
		t.Errorf("an unknown merchant is %s %s, want 1004 商户不存在", row.Code.JSON(), row.Message)
	}
}

func TestRowText(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		message string
		vars    map[string]string
		want    string
	}{
		{"plain", map[string]string{"name": "x"}, "plain"},
		{"{name}: {value}, {name}", map[string]string{"name": "a", "value": "{name}"}, "a: {name}, a"},
		{"{name} and {other}", map[string]string{"name": "a"}, "a and {other}"},
		{"{name}", nil, "{name}"},
	} {
		row := catalog.ErrorRow{Message: tt.message}
		if got := row.Text(tt.vars); got != tt.want {
			t.Errorf("%q with %v is %q, want %q", tt.message, tt.vars, got, tt.want)
		}
	}
}

func TestRefusalIsAnError(t *testing.T) {
	t.Parallel()
	refused := catalog.Refuse(catalog.BadType, "name", "x", "odd")
	if got := refused.Error(); got != "bad_type" {
		t.Errorf("without a hint it says %q, want bad_type", got)
	}
	if got := refused.Because("x must be int").Error(); got != "bad_type: x must be int" {
		t.Errorf("with a hint it says %q", got)
	}
	if diff := cmp.Diff(map[string]string{"name": "x"}, refused.Vars); diff != "" {
		t.Errorf("variables differ (-want +got):\n%s", diff)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	seen := map[catalog.Kind]bool{}
	declared := map[catalog.Kind]bool{catalog.WrongEnvironment: true, catalog.AppRefused: true, catalog.KeyStopped: true,
		catalog.OutOfCredit: true, catalog.TokenRequired: true, catalog.IPBlocked: true}
	for _, k := range catalog.Kinds() {
		if seen[k] {
			t.Errorf("kind %s appears twice", k)
		}
		seen[k] = true
		if k.Credential() != declared[k] {
			t.Errorf("%s may be declared for a credential: %v, want %v", k, k.Credential(), declared[k])
		}
	}
	if len(seen) != 36 {
		t.Errorf("%d kinds, want 36", len(seen))
	}
	names := catalog.BadPage.Vars()
	names[0] = "spoiled"
	if diff := cmp.Diff([]string{"name", "value", "max"}, catalog.BadPage.Vars()); diff != "" {
		t.Errorf("variables differ (-want +got):\n%s", diff)
	}
}
