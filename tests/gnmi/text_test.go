package gnmi

import (
	"slices"
	"strings"
	"testing"

	"github.com/openconfig/gnmi/proto/gnmi"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

func fieldsText(fields []db.Field) string {
	words := make([]string, len(fields))
	for i, f := range fields {
		words[i] = f.Name + "=" + f.Value
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// valueText is a value with its kind: json_ietf_val {...}.
func valueText(v *gnmi.TypedValue) string {
	switch v := v.GetValue().(type) {
	case *gnmi.TypedValue_JsonIetfVal:
		return "json_ietf " + string(v.JsonIetfVal)
	case *gnmi.TypedValue_JsonVal:
		return "json " + string(v.JsonVal)
	case *gnmi.TypedValue_StringVal:
		return "string " + v.StringVal
	case *gnmi.TypedValue_AsciiVal:
		return "ascii " + v.AsciiVal
	case *gnmi.TypedValue_LeaflistVal:
		var items []string
		for _, e := range v.LeaflistVal.GetElement() {
			items = append(items, e.GetStringVal())
		}
		return "list " + strings.Join(items, ",")
	}
	return v.String()
}

// notificationText is a line for each update and delete: the path below the prefix, and the value.
func notificationText(n *gnmi.Notification) (out []string) {
	for _, p := range n.GetDelete() {
		out = append(out, "delete "+origin.Text(p))
	}
	for _, u := range n.GetUpdate() {
		out = append(out, origin.Text(u.GetPath())+" "+valueText(u.GetVal()))
	}
	return out
}

// answer are the lines of a Get.
func answer(r *gnmi.GetResponse) (out []string) {
	for _, n := range r.GetNotification() {
		out = append(out, notificationText(n)...)
	}
	return out
}

func same(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
