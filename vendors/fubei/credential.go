package fubei

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"shaxiang/internal/vendorapi"
)

// defaultCredential returns the credential of a tenant that declares none: a merchant's and a service
// provider's, with ids that look like the vendor's.
func defaultCredential(tenant string) map[string]string {
	digits := vendorapi.Digits(tenant)
	head, err := hex.DecodeString(digits[:16])
	if err != nil {
		panic(err) // they are hex digits
	}
	number := binary.BigEndian.Uint64(head)
	return map[string]string{
		"app_id": fmt.Sprintf("20%018d", number%1e18), "secret": digits[:32],
		"vendor_sn": fmt.Sprintf("20%014d", number%1e14), "vendor_secret": digits[32:],
	}
}
