package handlers_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

const lastMonth = `"start_time":"2022-11-30 00:00:00","end_time":"2022-12-29 12:00:00"`

// TestMasterDataAsInExamples holds that an answer has every key of the vendor's
// example, with a value of its JSON type.
func TestMasterDataAsInExamples(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	for method, args := range map[string]string{
		"setting.Address.citySearch":           `{"province_id":"110000"}`,
		"setting.Address.districtSearch":       `{"city_id":"110100"}`,
		"setting.CustomAttr.getTradeLabel":     `{}`,
		"setting.OperationReason.search":       `{}`,
		"setting.Employee.search":              `{"start_time":"2022-10-01 00:00:00","end_time":"2022-12-29 12:00:00"}`,
		"setting.Logistics.queryLogistics":     `{"logistics_no":"SF"}`,
		"setting.PurchaseProvider.queryDetail": `{"provider_no":"LCJtest"}`,
		"goods.Goods.queryWithSpec":            `{"spec_no":"wangdiantong"}`,
		"goods.ApiGoods.search":                `{` + lastMonth + `}`,
		"goods.GoodsClass.search":              `{"class_name":"服装"}`,
		"goods.Category.search":                `{` + lastMonth + `}`,
		"process.Bom.search":                   `{"start_time":"2022-11-30 00:00:00","end_time":"2022-12-29 12:00:00","show_disabled":true}`,
	} {
		a := s.call(t, openapi(method, `[`+args+`]`, "page_size", "100", "page_no", "0", "calc_total", "1"))
		sameShape(t, method, a.body)
	}
	a := s.call(t, openapi2("goods_query.php", "spec_no", "wangdiantong"))
	sameShape(t, "goods_query.php", a.body)
}

// sameShape compares an answer with the example of the method. Values that the
// example has as null say nothing of their type.
func sameShape(t *testing.T, method, body string) {
	t.Helper()
	data, err := os.ReadFile("testdata/area_goods/" + method + ".json")
	if err != nil {
		t.Fatal(err)
	}
	want, got := map[string]string{}, map[string]string{}
	shapeOf("", gjson.ParseBytes(data), want)
	shapeOf("", gjson.Parse(body), got)
	for path, kind := range want {
		if path == ".total_count" { // openapi2 sends it as a number or as a text
			continue
		}
		if got[path] == "" || got[path] != kind && kind != "Null" && got[path] != "Null" {
			t.Errorf("%s: %s is %q, in the example %q\n%.300s", method, path, got[path], kind, body)
		}
	}
}

// shapeOf tells the JSON type of each path; the rows of a list count as one.
func shapeOf(path string, v gjson.Result, into map[string]string) {
	switch {
	case v.IsArray():
		into[path] = "list"
		for _, item := range v.Array() {
			shapeOf(path+"[]", item, into)
		}
	case v.IsObject():
		into[path] = "object"
		v.ForEach(func(name, value gjson.Result) bool { shapeOf(path+"."+name.Str, value, into); return true })
	case v.IsBool():
		into[path] = "Bool"
	default:
		into[path] = v.Type.String()
	}
}

// asked is the value at a path of the answer to a flagship query of one page.
func asked(t *testing.T, s *sandbox, method, args, path string) string {
	t.Helper()
	return gjson.Get(s.call(t, openapi(method, `[`+args+`]`, "page_size", "1000", "page_no", "0", "calc_total", "1")).body, path).String()
}

// TestMasterData looks at single values of what the world is made of.
func TestMasterData(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	for _, c := range []struct{ method, args, path, want string }{
		{"setting.Shop.queryShop", `{}`, "data.total_count", "10"},
		{"setting.Shop.queryShop", `{"platform_id":"127"}`, "data.details.#.shop_no", `["POS","00212"]`},
		{"setting.Shop.queryShop", `{"shop_no":"jd-01"}`, "data.details.0.auth_state", "1"},
		{"setting.Shop.queryShop", `{"shop_no":"POS"}`, "data.details.0.auth_time", ""},
		{"setting.Shop.queryShop", `{"shop_no":"POS"}`, "data.details.0.city", "杭州市"},
		{"setting.Warehouse.queryWarehouse", `{}`, "data.details.#.warehouse_no", `["WH01","WH02","1001","lz"]`},
		{"setting.Warehouse.queryWarehouse", `{"hide_delete":0}`, "data.total_count", "5"},
		{"setting.Warehouse.queryWarehouse", `{"type":2}`, "data.details.0.name", "演示委外仓"},
		{"setting.Warehouse.queryWarehouse", `{"warehouse_no":"WH01"}`, "data.details.0.district", "演示区"},
		{"setting.Logistics.queryLogistics", `{"hide_delete":false}`, "data.total_count", "7"},
		{"setting.Logistics.queryLogistics", `{}`, "data.total_count", "6"},
		{"setting.PurchaseProvider.queryDetail", `{"provider_no":"LCJtest"}`, "data.details.0.district", "东城区"},
		{"setting.PurchaseProvider.queryDetail", `{}`, "message", "参数中必须包含起止时间"},
		{"setting.Address.provinceSearch", `{}`, "data.total_count", "35"},
		{"setting.Address.citySearch", `{}`, "message", "参数中必须包含起止时间"},
		{"setting.Address.districtSearch", `{"city_id":"110100"}`, "data.detail_list.#.name", `["东城区","丰台区"]`},
		{"goods.Goods.queryWithSpec", `{"barcode":"2000000000015"}`, "data.goods_list.0.goods_no", "A0001"},
		{"goods.Goods.queryWithSpec", `{"goods_no":"A0001"}`, "data.goods_list.0.spec_list.#.spec_name", `["白色M","白色L","黑色M","黑色L"]`},
		{"goods.Goods.queryWithSpec", `{"goods_no":"A0001"}`, "data.goods_list.0.spec_list.1.barcode_list.0.barcode", "2000000000022"},
		{"goods.Goods.queryWithSpec", `{}`, "message", "参数中必须包含起止时间"},
		{"goods.Goods.queryWithSpec", `{"start_time":"2022-11-01 00:00:00","end_time":"2022-12-29 00:00:00"}`, "message", "您的查询时间过宽,查询时间不能大于30天"},
		{"goods.Suite.search", `{"suite_no":"ZH0002"}`, "data.suite_list.0.detail_list.#.num", `[2.0000,1.0000]`},
		{"goods.GoodsClass.search", `{"class_name":"鞋帽"}`, "data.order_list.0.path", "-1,2,4"},
		{"purchase.ProviderGoods.queryDetail", `{"provider_no":"LCJtest"}`, "data.total_count", "4"},
		{"process.Bom.search", `{"bom_no":"x"}`, "data.total_count", "0"},
		{"process.Bom.search", `{"start_time":"2022-10-01 00:00:00","end_time":"2022-12-29 12:00:00"}`, "message", "开始时间与结束时间间隔最大30天"},
	} {
		if got := asked(t, s, c.method, c.args, c.path); got != c.want {
			t.Errorf("%s %s: %s is %q, want %q", c.method, c.args, c.path, got, c.want)
		}
	}
}

// TestMasterDataOfTheOtherEdition is the same business in the words of openapi2.
func TestMasterDataOfTheOtherEdition(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	window := []string{"start_time", "2022-11-30 00:00:00", "end_time", "2022-12-29 12:00:00"}
	for _, c := range []struct {
		file   string
		params []string
		path   string
		want   string
	}{
		{"shop.php", nil, "shoplist.#", "10"},
		{"shop.php", []string{"platform_ids", "127,0"}, "shoplist.#.shop_id", `["12","57","28"]`},
		{"shop.php", []string{"shop_no", "POS"}, "shoplist.0.province", "330000"},
		{"shop.php", []string{"shop_no", "POS"}, "shoplist.0.province_name", "浙江省"},
		{"warehouse_query.php", nil, "warehouses.#", "4"},
		{"warehouse_query.php", []string{"is_disabled", "1"}, "warehouses.#", "5"},
		{"logistics.php", []string{"logistics_no", "SF"}, "logistics_list.0.logistics_regex", "^SF[0-9]{13}$"},
		{"goods_query.php", []string{"goods_no", "A0003"}, "goods_list.0.spec_list.#", "3"},
		{"suites_query.php", []string{"suite_no", "ZH0001"}, "suites.0.specs_list.#.spec_no", `["A0006-1","A0008-1"]`},
		{"purchase_provider_query.php", []string{"provider_no", "P001"}, "provider_list.0.province", "330000"},
		{"vip_api_goods_query.php", append(slices.Clone(window), "shop_no", "tb-01"), "total_count", "0"},
	} {
		if got := gjson.Get(s.call(t, openapi2(c.file, c.params...)).body, c.path).String(); got != c.want {
			t.Errorf("%s %v: %s is %q, want %q", c.file, c.params, c.path, got, c.want)
		}
	}
}

// step is one call of a story, and what a path of its answer must be.
type step struct{ method, args, path, want string }

func tell(t *testing.T, steps []step) {
	t.Helper()
	s := newSandbox(t)
	for _, c := range steps {
		a := s.call(t, openapi(c.method, c.args, "page_size", "100", "page_no", "0", "calc_total", "1"))
		if got := gjson.Get(a.body, c.path).String(); got != c.want {
			t.Errorf("%s %s: %s is %q, want %q\n%.400s", c.method, c.args, c.path, got, c.want, a.body)
		}
		if !json.Valid([]byte(a.body)) {
			t.Errorf("%s: no JSON: %s", c.method, a.body)
		}
	}
}

func TestGoodsPushed(t *testing.T) {
	t.Parallel()
	const push, find = "goods.Goods.push", "goods.Goods.queryWithSpec"
	tell(t, []step{
		{push, `[{"goods_no":"N1","goods_name":"新货","brand_name":"沙箱数码","class_name":"数码","goods_type":1},[{"spec_no":"N1-a","spec_name":"大","retail_price":9.5,"barcode":"N1-a"},{"spec_no":"N1-b"}]]`, "data", "2000000000"},
		{find, `[{"goods_no":"N1"}]`, "data.goods_list.0.brand_id", "3"},
		{find, `[{"spec_no":"N1-b"}]`, "data.goods_list.#.goods_name", `["新货"]`},
		{find, `[{"spec_no":"N1-a"}]`, "data.goods_list.0.spec_list.0.retail_price", "9.5"},
		{find, `[{"goods_no":"N1"}]`, "data.goods_list.0.spec_list.#.spec_id", "[2000000000,2000000001]"},
		{push, `[{"goods_no":"N1","goods_name":"改名"},[{"spec_no":"N1-a","spec_name":"中"},{"spec_no":"N1-b"}]]`, "data", "2000000000"},
		{find, `[{"spec_no":"N1-a"}]`, "data.goods_list.0.goods_name", "改名"},
		{find, `[{"goods_no":"N1"}]`, "data.goods_list.0.spec_list.0.spec_name", "中"},
		{find, `[{"goods_no":"N1"}]`, "data.goods_list.0.spec_list.#.spec_id", "[2000000000,2000000001]"},
		{push, `[{"goods_no":"N2","goods_name":"又一"},[{"spec_no":"N1-a"}]]`, "message", "商家编码已存在"},
		{push, `[{"goods_no":"N2","goods_name":"又一"},[{"spec_no":"ZH0001"}]]`, "message", "商家编码已存在"},
		{find, `[{"goods_no":"N2"}]`, "data.total_count", "0"},
		{push, `[{"goods_no":"A0003","goods_name":"帆布鞋"},[{"spec_no":"A0003-1","spec_name":"白色37"}]]`, "data", "3"},
		{"goods.Goods.push2", `[{"goods_no":"N3","goods_name":"三","brand_name":"新牌","class_name":"新类","auto_create_bc":true},[{"spec_no":"N3-a"}]]`, "data.spec_info_list.0.spec_no", "N3-a"},
		{"goods.GoodsBrand.search", `[{"brand_name":"新牌"}]`, "data.detail_list.0.brand_no", "BD20221229000001"},
		{"goods.GoodsClass.search", `[{"class_name":"新类"}]`, "data.order_list.0.parent_id", "-1"},
		{"goods.Goods.batchPush", `[[{"goods_no":"N4","goods_name":"四","spec_list":[{"spec_no":"N4-a"}]},{"goods_no":"N5","goods_name":"五","spec_list":[{"spec_no":"N1-a"}]}]]`,
			"data.error_list", `[{"no":"N5","error":"商家编码已存在"}]`},
		{find, `[{"spec_no":"N4-a"}]`, "data.total_count", "1"},
	})
}

func TestBrandsClassesBarcodes(t *testing.T) {
	t.Parallel()
	tell(t, []step{
		{"goods.GoodsBrand.upload", `[[{"brand_name":"一牌"},{"brand_name":"沙箱食品"}]]`, "data.error_info", `[{"name":"沙箱食品","err_msg":"沙箱食品:品牌名称重复"}]`},
		{"goods.GoodsBrand.upload", `[[{"brand_no":"B-9","brand_name":"九牌"}]]`, "data.error_info", `[]`},
		{"goods.GoodsBrand.upload", `[[{"brand_no":"B-9","brand_name":"十牌","is_disabled":1}]]`, "data.error_info", `[]`},
		{"goods.GoodsBrand.search", `[{"brand_no":"B-9"}]`, "data.detail_list.#.brand_name", `["十牌"]`},
		{"goods.GoodsClass.upload", `[{"class_name":"子类","parent_class_name":"服装","is_leaf":true}]`, "data.class_id", "2000000000"},
		{"goods.GoodsClass.search", `[{"class_name":"子类"}]`, "data.order_list.0.parent_id", "2"},
		{"goods.GoodsClass.upload", `[{"class_name":"没有叶"}]`, "message", "is_leaf 不能为null"},
		{"goods.Barcode.upload", `[[{"merchant_no":"A0001-1","barcode":"TEST001"},{"merchant_no":"A0001-2","barcode":"2000000000015"},{"merchant_no":"nothing","barcode":"x"}]]`,
			"data.error_list.#.message", `["条码重复","商家编码不存在"]`},
	})
}

func TestSuitesOffersBoms(t *testing.T) {
	t.Parallel()
	const window = `"start_time":"2022-12-29 00:00:00","end_time":"2022-12-29 23:00:00"`
	tell(t, []step{
		{"goods.Suite.upload2", `[{"suite_no":"Z9","suite_name":"九","goods_label_name":"2"},[{"spec_no":"A0001-1","num":1},{"spec_no":"A0003-2","num":2}]]`, "data", "2000000000"},
		{"goods.Suite.search", `[{"suite_no":"Z9"}]`, "data.suite_list.0.detail_list.#.goods_no", `["A0001","A0003"]`},
		{"goods.Suite.upload2", `[{"suite_no":"Z9","suite_name":"九","goods_label_name":"2"},[{"spec_no":"A0001-1","num":1}]]`, "data", "2000000000"},
		{"goods.Suite.search", `[{"suite_no":"Z9"}]`, "data.suite_list.0.detail_list.#", "1"},
		{"goods.Suite.upload2", `[{"suite_no":"A0001-1","suite_name":"九","goods_label_name":"2"},[{"spec_no":"A0001-1","num":1}]]`, "message", "商家编码已存在"},
		{"goods.ApiGoods.upload", `[{"shop_no":"00212","goods_list":[{"goods_id":"w1","spec_id":"w1","price":3,"stock_num":7},{"goods_id":"w2"}]}]`, "data.rec_ids", "[2000000000,2000000001]"},
		{"goods.ApiGoods.upload", `[{"shop_no":"00212","goods_list":[{"goods_id":"w1","spec_id":"w1","price":4}]}]`, "data.rec_ids", "[2000000000]"},
		{"goods.ApiGoods.search", `[{` + window + `,"goods_id":"w1"}]`, "data.goods_list.#.price", "[4]"},
		{"goods.ApiGoods.upload", `[{"shop_no":"jd-01","goods_list":[{"goods_id":"w1"}]}]`, "message", "店铺不存在/无权限/类型错误"},
		{"process.Bom.upload", `[{"bom_name":"Test","detail_list":[{"spec_no":"A0001-1","num":1,"is_product":true},{"spec_no":"A0003-1","num":10}]}]`, "data.status", "0"},
		{"process.Bom.upload", `[{"bom_name":"Test","detail_list":[{"spec_no":"A0001-1","num":1}]}]`, "message", "已经存在同名物料单！"},
		{"process.Bom.search", `[{` + window + `}]`, "data.order_list.0.bom_no", "GP20221229000001"},
		{"purchase.ProviderGoods.upload", `[[{"provider_no":"P001","spec_no":"A0003-1","price":8},{"provider_no":"nobody","spec_no":"A0003-1"}]]`, "data.error_list", `["nobody 供应商不存在"]`},
		{"purchase.ProviderGoods.queryDetail", `[{"spec_no":"A0003-1","provider_no":"P001"}]`, "data.details.#.price", "[8.0000]"},
		{"purchase.ProviderGoods.queryDetail", `[{"spec_no":"A0003-1"}]`, "data.total_count", "2"},
	})
}

func TestProvidersAndShopsWritten(t *testing.T) {
	t.Parallel()
	const push, find = "setting.PurchaseProvider.push", "setting.PurchaseProvider.queryDetail"
	tell(t, []step{
		{push, `[{"provider_no":"lztest","provider_name":"lztest","contact":"lz","city":110100}]`, "data.message", "OK"},
		{find, `[{"provider_no":"lztest"}]`, "data.details.0.city", "北京市"},
		{push, `[{"provider_no":"lztest","provider_name":"lztest","contact":"other"}]`, "data.message", "OK"},
		{find, `[{"provider_no":"lztest"}]`, "data.details.#.contact", `["other"]`},
		{find, `[{"provider_no":"lztest"}]`, "data.details.0.city", "北京市"},
		{push, `[{"provider_no":"lz2","provider_name":"lztest"}]`, "message", "供应商名称不能重复"},
		{push, `[{"provider_no":"P001","provider_name":"改名"}]`, "data.message", "OK"},
		{find, `[{"provider_no":"P001"}]`, "data.details.0.provider_id", "1"},
		{"setting.Shop.updateShop", `[{"shop_no":"testxxxxx"}]`, "message", "店铺编号为 testxxxxx 的店铺不存在"},
		{"setting.Shop.updateShop", `[{"shop_no":"POS","website":"website update","district":110106}]`, "data.message", "OK"},
		{"setting.Shop.queryShop", `[{"shop_no":"POS"}]`, "data.details.0.website", "website update"},
		{"setting.Shop.queryShop", `[{"shop_no":"POS"}]`, "data.details.0.district", "丰台区"},
		{"setting.Shop.queryShop", `[{"shop_no":"POS"}]`, "data.details.0.city", "杭州市"},
		{"setting.Shop.queryShop", `[{"shop_no":"POS"}]`, "data.details.0.shop_id", "12"},
	})
	s := newSandbox(t)
	create := []string{"provider_no", "e1", "provider_name", "e1", "min_purchase_num", "1", "purchase_cycle_days", "1", "arrive_cycle_days", "2"}
	for i, want := range []string{"0", "1020"} {
		if a := s.call(t, openapi2("purchase_provider_create.php", create...)); gjson.Get(a.body, "code").String() != want {
			t.Errorf("creation %d: %s", i, a.body)
		}
	}
	goods := `{"platform_id":127,"shop_no":"%","goods_list":[{"status":"1","goods_id":"20151009100903","goods_no":"n"}]}`
	for shop, want := range map[string]string{"00212": `"new_count":1`, "jd-01": `"code":4304`} {
		if a := s.call(t, openapi2("api_goodsspec_push.php", "api_goods_info", strings.Replace(goods, "%", shop, 1))); !strings.Contains(a.body, want) {
			t.Errorf("goods of %s: %s", shop, a.body)
		}
	}
	list := `[{"goods_no":"E1","goods_name":"e","props1":"p","spec_list":[{"spec_no":"E1-1","prop1":"q"}]}]`
	if a := s.call(t, openapi2("goods_push.php", "goods_list", list)); gjson.Get(a.body, "code").String() != "0" {
		t.Errorf("goods pushed: %s", a.body)
	}
	a := s.call(t, openapi2("goods_query.php", "spec_no", "E1-1"))
	if got := gjson.Get(a.body, "goods_list.0.prop1").String() + gjson.Get(a.body, "goods_list.0.spec_list.0.prop1").String(); got != "pq" {
		t.Errorf("properties: %q in %s", got, a.body)
	}
}
