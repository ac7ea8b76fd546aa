package main_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"shaxiang/handlers"
	"shaxiang/internal/tenant"
	"shaxiang/vendors"
)

func Example() {
	srv := httptest.NewServer(handlers.New(handlers.Config{Now: time.Now, Vendors: vendors.Shipped()}))
	defer srv.Close()

	resp, err := http.Post(srv.URL+"/gateway", "application/json", strings.NewReader(`{"app_id":"1"}`))
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(resp.Status, string(body))
	// Output: 200 OK {"result_message":"公共参数method不能为空","result_code":400}
}

func Example_answerKey() {
	declared := tenant.Default(vendors.Shipped())
	declared.Scenario = "reconcile-mismatch"
	shop, err := tenant.NewRegistry(time.Now, vendors.Shipped()).Add(declared, time.Now())
	if err != nil {
		log.Fatal(err)
	}
	for _, a := range shop.State().Answers {
		if a.Kind == "off_by_a_cent" {
			fmt.Println(a.Collection, a.TID, a.Column, a.Right, a.Wrong)
		}
	}
	// Output:
	// bill 6920133700592679460 in_amount 529.96 529.95
	// bill AT202212240169 in_amount 1126.17 1126.18
	// bill AT202212260112 in_amount 1069.86 1069.85
}
