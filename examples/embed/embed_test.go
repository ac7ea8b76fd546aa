// Package embed is a test that embeds the sandbox as an http.Handler and signs a call
// itself.
package embed

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"shaxiang/handlers"
	"shaxiang/vendors"
)

// signed returns the signed query of a 旺店通旗舰版 call. The signed text consists of the
// sorted names and values, including the body, between two copies of the secret.
func signed(method, body string) url.Values {
	const secret, salt = "testsecret", "testsalt"
	const epoch = 1325347200 // 2012-01-01, Beijing
	q := url.Values{"sid": {"sandbox"}, "key": {"sandbox"}, "salt": {salt}, "method": {method}, "v": {"1.0"},
		"timestamp": {strconv.FormatInt(time.Now().Unix()-epoch, 10)}, "page_no": {"0"}, "page_size": {"10"}}
	names := []string{"body"}
	for name := range q {
		names = append(names, name)
	}
	slices.Sort(names)
	text := secret
	for _, name := range names {
		if name == "body" {
			text += name + body
			continue
		}
		text += name + q.Get(name)
	}
	sum := md5.Sum([]byte(text + secret))
	q.Set("sign", hex.EncodeToString(sum[:]))
	return q
}

func TestPayments(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(handlers.New(handlers.Config{Now: time.Now, Vendors: vendors.Shipped()}))
	defer srv.Close()

	body := `[{"start_time":"2022-12-28 16:40:00","end_time":"2022-12-28 16:45:00"}]`
	target := srv.URL + "/openapi?" + signed("sales.Payment.queryWithDetail", body).Encode()
	resp, err := http.Post(target, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct {
		Status  int
		Message string
		Data    struct {
			List []struct {
				No     string      `json:"payment_no"`
				Order  string      `json:"sales_order_no"`
				Amount json.Number `json:"real_amount"`
				Status int
			} `json:"payment_list"`
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	if answer.Status != 0 || len(answer.Data.List) != 1 {
		t.Fatalf("status %d %s, %d rows; want 0 and 1 row", answer.Status, answer.Message, len(answer.Data.List))
	}
	row := answer.Data.List[0]
	if row.No != "SF2022122804837" || row.Order != "AT202212120003-9" || row.Amount != "199.0000" || row.Status != 40 {
		t.Errorf("payment is %+v", row)
	}
}
