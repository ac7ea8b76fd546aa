package tenant

import (
	"crypto/sha256"
	_ "embed"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"shaxiang/catalog"
	"shaxiang/internal/text"
	"shaxiang/internal/yamlfile"
)

// Config is one tenant as a file declares it.
type Config struct {
	Name         string        `yaml:"name"`
	Seed         *uint64       `yaml:"seed"`           // DefaultSeed when neither this nor the scenario says
	OrdersPerDay int           `yaml:"orders_per_day"` // likewise fixtures.DefaultOrdersPerDay
	Clock        ClockConfig   `yaml:"clock"`
	Scenario     string        `yaml:"scenario"` // a name of the library, or a file
	TTL          time.Duration `yaml:"ttl"`      // after which the tenant goes; 0 for never
	OpenAPI      []OpenAPI     `yaml:"openapi"`
	OpenAPI2     []OpenAPI2    `yaml:"openapi2"`
	Fubei        []Fubei       `yaml:"fubei"`
}

// DefaultSeed is the seed of a world that names none.
const DefaultSeed uint64 = 2012

// OpenAPI is a flagship credential.
type OpenAPI struct {
	SID       string `yaml:"sid"`
	Key       string `yaml:"key"`
	AppSecret string `yaml:"appsecret"` // secret:salt
	Limits    `yaml:",inline"`
}

// OpenAPI2 is an enterprise credential.
type OpenAPI2 struct {
	SID       string `yaml:"sid"`
	AppKey    string `yaml:"appkey"`
	AppSecret string `yaml:"appsecret"`
	Limits    `yaml:",inline"`
}

// Fubei is a credential of a merchant (app_id), of a service provider
// (vendor_sn), or of both.
type Fubei struct {
	AppID        string `yaml:"app_id"`
	Secret       string `yaml:"secret"`
	VendorSN     string `yaml:"vendor_sn"`
	VendorSecret string `yaml:"vendor_secret"`
	Limits       `yaml:",inline"`
}

// Limits is what a credential may not do.
type Limits struct {
	Refuse catalog.Kind `yaml:"refuse"` // every call is refused with this kind
	Deny   []string     `yaml:"deny"`   // patterns of methods that are refused with no_permission
}

// check checks the limits and returns the compiled patterns of Deny.
func (l Limits) check() (denied []text.Pattern, err error) {
	if l.Refuse != "" && !l.Refuse.Credential() {
		return nil, fmt.Errorf("refuse: %q is no refusal of a credential; want wrong_environment, app_not_authorised, key_stopped, out_of_credit, token_required or ip_blocked", l.Refuse)
	}
	for _, pattern := range l.Deny {
		p, err := text.NamePattern(pattern)
		if err != nil {
			return nil, fmt.Errorf("deny: %w", err)
		}
		denied = append(denied, p)
	}
	return denied, nil
}

//go:embed default.yaml
var defaultFile []byte

// Default returns the tenant that every server has.
func Default() Config {
	var c Config
	if _, problems := yamlfile.Decode("default.yaml", defaultFile, &c); problems != nil {
		panic(problems.Error())
	}
	return c
}

// credentials turns the vendors' words into one kind of credential.
func (c *Config) credentials() ([]*Credential, error) {
	var list []*Credential
	add := func(cred *Credential, l Limits) *Credential {
		cred.Refuse, cred.Deny = l.Refuse, l.Deny
		list = append(list, cred)
		return cred
	}
	for _, o := range c.OpenAPI {
		cred := add(&Credential{Vendor: "openapi", Param: "sid", App: o.SID, Key: o.Key, Secret: o.AppSecret}, o.Limits)
		if err := cred.splitSalt(); err != nil {
			return nil, err
		}
	}
	for _, o := range c.OpenAPI2 {
		add(&Credential{Vendor: "openapi2", Param: "sid", App: o.SID, Key: o.AppKey, Secret: o.AppSecret}, o.Limits)
	}
	for _, f := range c.Fubei {
		if f.AppID != "" {
			add(&Credential{Vendor: "fubei", Param: "app_id", App: f.AppID, Secret: f.Secret}, f.Limits)
		}
		if f.VendorSN != "" {
			add(&Credential{Vendor: "fubei", Param: "vendor_sn", App: f.VendorSN, Secret: f.VendorSecret}, f.Limits)
		}
	}
	for _, cred := range list {
		if cred.App == "" || cred.Secret == "" || cred.Key == "" && cred.Vendor != "fubei" {
			return nil, fmt.Errorf("%s: a credential needs its app, key and secret", cred.Vendor)
		}
		var err error
		if cred.denied, err = (Limits{cred.Refuse, cred.Deny}).check(); err != nil {
			return nil, fmt.Errorf("%s: %w", cred.Vendor, err)
		}
	}
	return list, nil
}

// splitSalt takes the appsecret's two halves apart.
func (c *Credential) splitSalt() error {
	secret, salt, ok := strings.Cut(c.Secret, ":")
	if !ok || secret == "" || salt == "" {
		return fmt.Errorf("openapi: appsecret must be secret:salt")
	}
	c.Secret, c.Salt = secret, salt
	return nil
}

// invent gives a tenant a credential of each vendor, made of its name: whoever
// makes the same tenant again gets the same ones.
func (c *Config) invent() {
	sum := sha256.Sum256([]byte("shaxiang tenant " + c.Name))
	secret := hex.EncodeToString(sum[:])
	number := binary.BigEndian.Uint64(sum[:])
	c.OpenAPI = []OpenAPI{{SID: c.Name, Key: c.Name + "-key", AppSecret: secret[:32] + ":" + secret[32:48]}}
	c.OpenAPI2 = []OpenAPI2{{SID: c.Name, AppKey: c.Name + "-appkey", AppSecret: secret[16:48]}}
	c.Fubei = []Fubei{{AppID: fmt.Sprintf("20%018d", number%1e18), Secret: secret[:32],
		VendorSN: fmt.Sprintf("20%014d", number%1e14), VendorSecret: secret[32:]}}
}
