package main

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// shop is a tenant, as the control API answers when it makes one.
type shop struct {
	Name        string
	BaseURLs    map[string]string `json:"base_urls"`
	Credentials struct {
		OpenAPI  struct{ SID, Key, AppSecret string }
		OpenAPI2 struct{ SID, AppKey, AppSecret string }
		Fubei    struct {
			AppID  string `json:"app_id"`
			Secret string
		}
	}
}

// row is one row of an answer, with the text of every value.
type row map[string]string

// UnmarshalJSON keeps the text of every member, and all digits of numbers.
func (r *row) UnmarshalJSON(data []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*r = row{}
	for name, value := range raw {
		var text string
		if json.Unmarshal(value, &text) != nil {
			text = string(value)
		}
		(*r)[name] = text
	}
	return nil
}

func md5hex(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// joined writes parameters, sorted by their names.
func joined(params map[string]string, between string, one func(k, v string) string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(params)) {
		parts = append(parts, one(k, params[k]))
	}
	return strings.Join(parts, between)
}

func form(params map[string]string) string {
	values := url.Values{}
	for k, v := range params {
		values.Set(k, v)
	}
	return values.Encode()
}

// flagship calls 旺店通旗舰版.
func (t *shop) flagship(method string, page int, args map[string]any, into any) error {
	c := t.Credentials.OpenAPI
	secret, salt, _ := strings.Cut(c.AppSecret, ":")
	body, err := json.Marshal([]any{args})
	if err != nil {
		return err
	}
	const epoch = 1325347200 // 2012-01-01, Beijing
	p := map[string]string{"sid": c.SID, "key": c.Key, "salt": salt, "method": method, "v": "1.0",
		"timestamp": strconv.FormatInt(time.Now().Unix()-epoch, 10),
		"page_no":   strconv.Itoa(page), "page_size": strconv.Itoa(flagshipPage), "body": string(body)}
	sign := md5hex(secret + joined(p, "", func(k, v string) string { return k + v }) + secret)
	delete(p, "body")
	p["sign"] = sign
	return post(t.BaseURLs["openapi"]+"?"+form(p), "application/json", string(body), into)
}

// enterprise calls 旺店通企业版.
func (t *shop) enterprise(method string, args map[string]string, into any) error {
	c := t.Credentials.OpenAPI2
	p := maps.Clone(args)
	p["sid"], p["appkey"], p["timestamp"] = c.SID, c.AppKey, strconv.FormatInt(time.Now().Unix(), 10)
	n := utf8.RuneCountInString
	p["sign"] = md5hex(joined(p, ";", func(k, v string) string { return fmt.Sprintf("%02d-%s:%04d-%s", n(k), k, n(v), v) }) + c.AppSecret)
	return post(t.BaseURLs["openapi2"]+"/"+method, "application/x-www-form-urlencoded", form(p), into)
}

// fubei calls 付呗.
func (t *shop) fubei(method string, args map[string]string, into any) error {
	content, err := json.Marshal(args)
	if err != nil {
		return err
	}
	c := t.Credentials.Fubei
	p := map[string]string{"app_id": c.AppID, "method": method, "format": "json", "sign_method": "md5",
		"nonce": strconv.FormatInt(time.Now().UnixNano(), 36), "version": "1.0", "biz_content": string(content)}
	p["sign"] = strings.ToUpper(md5hex(joined(p, "&", func(k, v string) string { return k + "=" + v }) + c.Secret))
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return post(t.BaseURLs["fubei"], "application/json", string(body), into)
}

// post sends a call. Vendors answer refusals with HTTP 200 too, so the status in the body
// decides.
func post(url, contentType, body string, into any) error {
	resp, err := http.Post(url, contentType, strings.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var status struct {
		Status, Code int
		ResultCode   int `json:"result_code"`
	}
	if err := json.Unmarshal(data, &status); err != nil {
		return fmt.Errorf("%s: %w", data, err)
	}
	if status.Status != 0 || status.Code != 0 || status.ResultCode != 0 && status.ResultCode != http.StatusOK {
		return fmt.Errorf("refused: %s", data)
	}
	return json.Unmarshal(data, into)
}
