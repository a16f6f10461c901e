package openconfig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"github.com/openconfig/ygot/ygot"
	"github.com/openconfig/ygot/ytypes"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/gnmi/oc"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// decode is what an operation sets, leaf by leaf. ygot says whether the values are of their types; the errors name the leaves that are not.
func (m *model) decode(op *origin.Operation) ([]setting, []error) {
	path, n, err := m.place(op.Path)
	if err != nil {
		return nil, []error{err}
	}
	if op.Value == nil || op.Value.GetValue() == nil {
		return nil, []error{&origin.Error{Path: op.Path, Code: codes.InvalidArgument, Reason: "has no value"}}
	}
	leaves, err := m.values(path, ietf(op.Value))
	if err == nil {
		return leaves, nil
	}
	text := jsonOf(op.Value)
	if text == nil {
		return nil, []error{&origin.Error{Path: op.Path, Code: codes.InvalidArgument, Reason: reason(err)}}
	}
	d := diagnosis{model: m}
	if d.find(path, n, text); len(d.errs) == 0 {
		d.fail(path, reason(err))
	}
	return nil, d.errs
}

// place checks a path of an update: all keys, no wildcards.
func (m *model) place(path *gpb.Path) (*gpb.Path, *node, error) {
	refuse := func(code codes.Code, reason string) (*gpb.Path, *node, error) {
		return nil, nil, &origin.Error{Path: path, Code: code, Reason: reason}
	}
	n := m.root
	out := &gpb.Path{}
	for _, e := range path.GetElem() {
		if e.GetName() == origin.Any || e.GetName() == origin.AnyDepth {
			return refuse(codes.InvalidArgument, "has a wildcard, and a value can only be set at one place")
		}
		if n = n.children[e.GetName()]; n == nil {
			return refuse(codes.NotFound, noPath)
		}
		own := &gpb.PathElem{Name: e.GetName()}
		for _, k := range n.keys {
			v, ok := e.GetKey()[k]
			if !ok || v == origin.Any {
				return refuse(codes.InvalidArgument, fmt.Sprintf("needs the key %s of %s", k, e.GetName()))
			}
			if own.Key == nil {
				own.Key = map[string]string{}
			}
			own.Key[k] = bareKey(v)
		}
		out.Elem = append(out.Elem, own)
	}
	return out, n, nil
}

// ietf gives plain JSON the name of RFC 7951's, which is read as tolerantly as it is written.
func ietf(v *gpb.TypedValue) *gpb.TypedValue {
	if j, ok := v.GetValue().(*gpb.TypedValue_JsonVal); ok {
		return &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: j.JsonVal}}
	}
	return v
}

func jsonOf(v *gpb.TypedValue) []byte { return ietf(v).GetJsonIetfVal() }

// values has ygot read a value, check it, and take it apart.
func (m *model) values(path *gpb.Path, v *gpb.TypedValue) (all []setting, err error) {
	device := &oc.Device{}
	if err := ytypes.SetNode(m.device, device, path, v, &ytypes.InitMissingElements{}, &ytypes.TolerateJSONInconsistencies{}); err != nil {
		return nil, err
	}
	if err := device.Validate(&ytypes.LeafrefOptions{IgnoreMissingData: true}); err != nil {
		return nil, err
	}
	messages, err := ygot.TogNMINotifications(device, 0, ygot.GNMINotificationsConfig{UsePathElem: true})
	if err != nil {
		return nil, err
	}
	type named struct {
		setting
		text string
	}
	var found []named
	for _, message := range messages {
		for _, u := range message.GetUpdate() {
			n := m.root
			for _, e := range u.GetPath().GetElem() {
				n = n.children[e.GetName()]
			}
			found = append(found, named{setting{path: u.GetPath(), texts: n.kind.texts(u.GetVal()), key: slices.Contains(n.parent.keys, n.name)}, origin.Text(u.GetPath())})
		}
	}
	slices.SortFunc(found, func(a, b named) int { return strings.Compare(a.text, b.text) })
	for _, f := range found {
		all = append(all, f.setting)
	}
	return all, nil
}

// diagnosis finds which leaves of a JSON text are at fault, once it is known that some are.
type diagnosis struct {
	model *model
	errs  []error
}

func (d *diagnosis) fail(path *gpb.Path, reason string) {
	d.errs = append(d.errs, &origin.Error{Path: path, Code: codes.InvalidArgument, Reason: reason})
}

func (d *diagnosis) find(path *gpb.Path, n *node, text []byte) {
	if n.kind != nil {
		if _, err := d.model.values(path, &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: text}}); err != nil {
			d.fail(path, reason(err))
		}
		return
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		d.fail(path, "is not a JSON object: "+err.Error())
		return
	}
	for _, name := range sorted(members) {
		bare := name[strings.LastIndexByte(name, ':')+1:]
		below := origin.Below(path, &gpb.PathElem{Name: bare})
		child := n.children[bare]
		switch {
		case child == nil:
			d.errs = append(d.errs, &origin.Error{Path: below, Code: codes.NotFound, Reason: noPath})
		case child.keys != nil:
			d.entries(path, child, members[name])
		default:
			d.find(below, child, members[name])
		}
	}
}

func (d *diagnosis) entries(path *gpb.Path, n *node, text []byte) {
	var all []json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		d.fail(origin.Below(path, &gpb.PathElem{Name: n.name}), "is not a JSON array of entries")
		return
	}
	for i, entry := range all {
		e := &gpb.PathElem{Name: n.name, Key: map[string]string{}}
		var members map[string]any
		if err := decodeNumbers(entry, &members); err != nil {
			d.fail(origin.Below(path, &gpb.PathElem{Name: n.name}), fmt.Sprintf("entry %d is not a JSON object", i+1))
			continue
		}
		for name, v := range members {
			if bare := name[strings.LastIndexByte(name, ':')+1:]; slices.Contains(n.keys, bare) {
				e.Key[bare] = bareKey(fmt.Sprint(v))
			}
		}
		if len(e.Key) < len(n.keys) {
			d.fail(origin.Below(path, &gpb.PathElem{Name: n.name}), fmt.Sprintf("entry %d lacks a key of %s", i+1, strings.Join(n.keys, ", ")))
			continue
		}
		d.find(origin.Below(path, e), n, entry)
	}
}

func decodeNumbers(text []byte, to any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return dec.Decode(to)
}

// reason is what ygot says, on one line and without its way through the structs.
func reason(err error) string {
	text := err.Error()
	if i := strings.LastIndex(text, "desc = "); i >= 0 {
		text = text[i+len("desc = "):]
	}
	if i := strings.LastIndex(text, "; "); i >= 0 && strings.Contains(text, "failed to update struct field") {
		text = text[i+2:]
	}
	if i := strings.LastIndex(text, ": schema "); i >= 0 && strings.HasPrefix(text, "/device") {
		text = text[i+2:]
	}
	text, _, _ = strings.Cut(text, " regular expression pattern ") // patterns help nobody, and of a union there are several
	text = strings.TrimPrefix(text, `schema "": `)
	return strings.Join(strings.Fields(text), " ")
}
