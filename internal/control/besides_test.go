package control

import (
	"slices"
	"testing"
	"testing/fstest"

	"shaxiang/catalog/load"
	"shaxiang/vendors"
)

// TestBesidesAtDepth: a window, a page and a choice of time are no filters of a sweep,
// wherever the arguments stand; the journal has them by their paths.
func TestBesidesAtDepth(t *testing.T) {
	t.Parallel()
	c, err := load.Catalog(vendors.Files(), fstest.MapFS{"openapi/deep.yaml": {Data: []byte(`endpoints:
  - method: test.Deep.query
    title: 深
    kind: query
    evidence: inferred
    source: a test
    args:
      - name: params
        type: object
        label: 参数
        fields:
          - {name: shop_no, type: string, label: 店铺编号}
          - name: time
            type: object
            label: 时间
            fields:
              - {name: start, type: datetime, label: 开始}
              - {name: end, type: datetime, label: 结束}
              - {name: by, type: int, label: 类型, enum: {"0": 创建, "1": 修改}, default: "0", selects: {"0": created, "1": modified}}
    span: {from: start, to: end}
    rows: {collection: trade, fields: [{name: trade_no, type: string}]}
    answer: {status: 0, data: $rows}
`)}})
	if err != nil {
		t.Fatal(err)
	}
	got := besides(c.Endpoint("openapi", "test.Deep.query"))
	for _, name := range []string{"time.start", "time.end", "time.by", "page_no", "page_size"} {
		if !slices.Contains(got, name) {
			t.Errorf("%s counts as a filter; besides are %q", name, got)
		}
	}
	if slices.Contains(got, "shop_no") {
		t.Errorf("shop_no counts as no filter; besides are %q", got)
	}
}
