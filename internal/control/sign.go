package control

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shaxiang/internal/tenant"
	"shaxiang/internal/vendorapi"
	"shaxiang/internal/yamlfile"
	"shaxiang/signature"
	"shaxiang/signature/autopsy"
)

// SignRequest is a request to sign, or a request whose signature was refused.
type SignRequest struct {
	Vendor string     `json:"vendor" enum:"vendors"`
	Tenant string     `json:"tenant,omitempty" doc:"whose secret signs; default when not given"`
	Params SignParams `json:"params" doc:"decoded: an object, or a list of {name, value} in the order of the wire"`
	Body   string     `json:"body,omitempty" doc:"the exact text of the body, of a vendor that signs it"`
	Sign   string     `json:"sign,omitempty" doc:"what a client sent; its mistake is looked for"`
}

// Pair is one parameter as received.
type Pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// SignParams are parameters in the order of the wire.
type SignParams []Pair

func (SignParams) schema() map[string]any {
	pair := map[string]any{"type": "object", "additionalProperties": false, "required": []string{"name", "value"},
		"properties": map[string]any{"name": map[string]any{"type": "string"}, "value": yamlfile.OneScalar()}}
	return map[string]any{"anyOf": []any{
		map[string]any{"type": "object", "additionalProperties": yamlfile.OneScalar()}, map[string]any{"type": "array", "items": pair}}}
}

func (p *SignParams) fromJSON(d *decoder, tree any, path string) {
	switch v := tree.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			p.take(d, Pair{Name: name}, v[name])
		}
	case []any:
		for i, one := range v {
			at := path + "." + strconv.Itoa(i)
			members, ok := one.(map[string]any)
			name, named := members["name"].(string)
			if !ok || !named || len(members) != 2 {
				d.wants(at, one, "control.a_pair")
				continue
			}
			p.take(d, Pair{Name: name}, members["value"])
		}
	default:
		d.wants(path, tree, "control.parameters")
	}
}

func (p *SignParams) take(d *decoder, pair Pair, value any) {
	text, ok := scalarText(value)
	if !ok {
		d.wants("params."+clip(pair.Name), value, "control.exact_text")
	}
	pair.Value = text
	*p = append(*p, pair)
}

// SignResult is a signature with what was hashed.
type SignResult struct {
	App       string    `json:"app" doc:"whose secret signs, such as a sid or an app_id"`
	Key       string    `json:"key,omitempty"`
	Canonical string    `json:"canonical" doc:"the text that is hashed, with ‹secret› for the secret"`
	Sign      string    `json:"sign"`
	Right     *bool     `json:"right,omitempty" doc:"whether the sign that was sent is the right one"`
	Autopsy   []Mistake `json:"autopsy,omitempty" doc:"proved: made together, they give the sign that was sent"`
}

// Mistake is one thing that a client did wrong.
type Mistake struct {
	Mistake string `json:"mistake" doc:"a stable word"`
	Text    string `json:"text" doc:"what it is, and what would be right"`
}

func (a *API) sign(c *call, in SignRequest) (SignResult, error) {
	vendors := a.Tenants.Vendors()
	folder := vendors.Named(in.Vendor)
	if folder == nil {
		return SignResult{}, badInput("control.vendor", "name", in.Vendor, "known", vendors.Choice())
	}
	if in.Body != "" && !folder.Form.TextIsBody {
		return SignResult{}, badInput("control.body_unsigned", "vendor", in.Vendor)
	}
	if in.Tenant == "" {
		in.Tenant = defaultTenant
	}
	if err := a.find(&c.change, in.Tenant, false); err != nil {
		return SignResult{}, err
	}
	cred, err := signer(c.tenant, &in)
	if err != nil {
		return SignResult{}, err
	}
	request := signature.Request{Body: in.Body}
	for _, p := range in.Params {
		request.Pairs = append(request.Pairs, signature.Pair(p))
	}
	result := SignResult{App: cred.App, Key: cred.Key,
		Canonical: vendorapi.Mask(folder.Signer, cred.Secrets, request), Sign: folder.Signer.Sign(cred.Secrets, request)}
	if in.Sign != "" {
		right := folder.Signer.Verify(cred.Secrets, request, in.Sign) == nil
		result.Right = &right
		refused := vendors.Case(&cred.Credential, request, in.Sign)
		refused.Others = a.others(cred)
		for _, f := range autopsy.Perform(refused) {
			result.Autopsy = append(result.Autopsy, Mistake{f.Mistake, f.Text})
		}
	}
	return result, nil
}

// signer returns the tenant's credential that the parameters name, or its first one.
func signer(t *tenant.Tenant, in *SignRequest) (*tenant.Credential, error) {
	params := map[string]string{}
	for _, p := range in.Params {
		params[p.Name] = p.Value
	}
	var first *tenant.Credential
	var apps []string
	named := false
	for _, cred := range t.Credentials() {
		if cred.Vendor != in.Vendor {
			continue
		}
		app, given := params[cred.Param]
		named = named || given
		if given && app == cred.App && (cred.Key == params[cred.KeyParam] || cred.Key == "") {
			return cred, nil
		}
		if first == nil {
			first = cred
		}
		if label := strings.TrimSpace(cred.App + " " + cred.Key); !slices.Contains(apps, label) {
			apps = append(apps, label)
		}
	}
	if named || first == nil {
		return nil, refuse(http.StatusNotFound, "control.no_credential", "vendor", in.Vendor, "tenant", t.Name, "known", apps)
	}
	return first, nil
}

// others returns all other credentials: clients mix them up.
func (a *API) others(own *tenant.Credential) []autopsy.Known {
	var known []autopsy.Known
	for _, c := range a.Tenants.Credentials() {
		if c != own {
			known = append(known, c.Known("tenant "+c.Tenant.Name+", "+c.Vendor)...)
		}
	}
	return known
}
