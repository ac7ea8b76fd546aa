package cli

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"shaxiang/catalog"
	"shaxiang/catalog/load"
	"shaxiang/vendors"
)

// deep is a method with arguments and fields at several depths.
const deep = `endpoints:
  - method: test.Deep.push
    title: 深
    kind: write
    evidence: inferred
    source: a test
    args:
      - name: order
        type: object
        label: 订单
        required: true
        fields:
          - {name: shop_no, type: string, label: 店铺编号, length: 20}
          - {name: num, type: decimal, label: 数量}
          - name: receiver
            type: object
            label: 收件人
            fields:
              - {name: name, type: string, label: 姓名, column: receiver_name}
              - {name: area, type: object, label: 地区, fields: [{name: code, type: int, label: 代码}]}
      - {name: details, type: list, label: 明细, column: "-", fields: [{name: spec_no, type: string, label: 商家编码, required: true}, {name: price, type: decimal, label: 价格}]}
      - {name: day, type: datetime, layout: date, label: 日期}
      - {name: is_check, type: bool, label: 审核}
    one_of: [[shop_no, num]]
    write: {collection: trade, set: [{column: created, value: $now}]}
    rows:
      fields:
        - {name: trade_no, type: string}
        - {name: v, const: 1}
        - {name: receiver, object: true, fields: [{name: name, type: string, from: receiver_name}]}
        - {name: goods, lines: details, fields: [{name: spec, type: string, from: spec_no}]}
    answer: {status: 0, data: $row}
`

func deepEndpoint(t *testing.T) (*catalog.Catalog, *catalog.Endpoint) {
	t.Helper()
	c, err := load.Catalog(vendors.Files(), fstest.MapFS{"openapi/deep.yaml": {Data: []byte(deep)}})
	if err != nil {
		t.Fatal(err)
	}
	return c, c.Endpoint("openapi", "test.Deep.push")
}

// TestArgumentsByName: name=value finds its place among the positional arguments, and
// inside objects.
func TestArgumentsByName(t *testing.T) {
	t.Parallel()
	cat, e := deepEndpoint(t)
	push := cat.Endpoint("openapi", "finance.RawPayment.push")
	flags := &catalog.Endpoint{Args: []*catalog.Param{{Name: "no", Type: catalog.TypeString}, {Name: "all", Type: catalog.TypeBool}}}
	for _, tt := range []struct {
		e           *catalog.Endpoint
		words, want string
	}{
		{e, "", `[{}]`},
		{e, "shop_no=1 num=2", `[{"shop_no":"1","num":2}]`},
		{e, "receiver.name=x shop_no=POS receiver.area.code=7 receiver.name=y", `[{"receiver":{"name":"y","area":{"code":7}},"shop_no":"POS"}]`},
		{e, `receiver.name=x receiver={"name":"z"}`, `[{"receiver":{"name":"z"}}]`},
		{e, "price=1.5 spec_no=3", `[{},[{"price":1.5,"spec_no":"3"}]]`},
		{e, `details=[{"spec_no":"a"},{"spec_no":"b"}] is_check=true`, `[{},[{"spec_no":"a"},{"spec_no":"b"}],null,"true"]`},
		{e, "day=2022-12-28 none=1 receiver.none=2", `[{"none":"1","receiver.none":"2"},null,"2022-12-28"]`},
		{push, "", `[[{}]]`},
		{push, "shop_no=POS num=1", `[[{"shop_no":"POS","num":1}]]`},
		{push, `detailList=[]`, `[[]]`},
		{flags, "all=1", `[null,"1"]`},
		{flags, "no=7 else=1", `["7",null,{"else":"1"}]`},
		{nil, "a.b=1 c=2", `[{"a.b":"1","c":"2"}]`},
	} {
		args, err := (&callFlags{Args: strings.Fields(tt.words)}).arguments(nil, tt.e)
		if err != nil {
			t.Errorf("%s: %v", tt.words, err)
			continue
		}
		if got := args.positional(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.words, got, tt.want)
		}
	}
	args, err := (&callFlags{Args: []string{"receiver.name=x", "shop_no=1"}}).arguments(nil, e)
	if err != nil {
		t.Fatal(err)
	}
	pairs := args.pairs()
	if len(pairs) != 2 || pairs[0].Name != "receiver" || pairs[0].Value != `{"name":"x"}` || pairs[1].Value != "1" {
		t.Errorf("as a form: %v", pairs)
	}
}

// TestDescribeAtDepth: an endpoint is shown with what its arguments and fields hold.
func TestDescribeAtDepth(t *testing.T) {
	t.Parallel()
	cat, e := deepEndpoint(t)
	var out bytes.Buffer
	if err := (&app{Streams: Streams{Out: &out}}).describe(cat, e); err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(out.String()) {
		margin := len(line) - len(strings.TrimLeft(line, " "))
		got = append(got, strings.Repeat(" ", margin)+strings.Join(strings.Fields(line), " "))
	}
	want := `test.Deep.push 深
旺店通旗舰版, write, inferred
POST /openapi

ARGUMENT of order TYPE REQUIRED LABEL VALUES
  shop_no string(20) 店铺编号
  num decimal 数量
  receiver object 收件人
    name string 姓名
    area object 地区
      code int 代码

ARGUMENT of details TYPE REQUIRED LABEL VALUES
  spec_no string yes 商家编码
  price decimal 价格

ARGUMENT TYPE REQUIRED LABEL VALUES
  day datetime(date) 日期
  is_check bool 审核

FIELD of each row WIRE COLUMN of trade
  trade_no string trade_no
  v always 1
  receiver object
    name string receiver_name
  goods list details, of each line:
    spec string spec_no

one of: shop_no, num
source: a test`
	if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
		t.Errorf("it is described otherwise (-want +got):\n%s", diff)
	}
}
