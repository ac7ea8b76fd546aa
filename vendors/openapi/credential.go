package openapi

import (
	"errors"
	"strings"

	"shaxiang/internal/vendorapi"
)

// SplitAppSecret splits an appsecret, written `secret:salt`, at its first colon. ok is
// false if there is no colon or one side is empty.
func SplitAppSecret(s string) (secret, salt string, ok bool) {
	secret, salt, ok = strings.Cut(s, ":")
	return secret, salt, ok && secret != "" && salt != ""
}

func split(issued string) (secret, salt string, err error) {
	secret, salt, ok := SplitAppSecret(issued)
	if !ok {
		return "", "", errors.New("appsecret must be secret:salt")
	}
	return secret, salt, nil
}

// defaultCredential returns the credential of a tenant that declares none.
func defaultCredential(tenant string) map[string]string {
	digits := vendorapi.Digits(tenant)
	return map[string]string{"sid": tenant, "key": tenant + "-key", "appsecret": digits[:32] + ":" + digits[32:48]}
}
