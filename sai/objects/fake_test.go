package objects_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
)

// asic is an API that notes what it is asked, and answers what refuse says.
type asic struct {
	sai.API
	refuse func(op string, o sai.Object) sai.Status
	next   sai.OID
	log    []string
	lanes  map[sai.OID]sai.U32List
	up     map[sai.OID]bool // ports that are administratively up
}

func (a *asic) note(op string, o sai.Object, attrs ...sai.Attribute) sai.Status {
	status := sai.StatusSuccess
	if a.refuse != nil {
		status = a.refuse(op, o)
	}
	line := op + " " + strings.TrimPrefix(o.String(), "SAI_OBJECT_TYPE_")
	for _, at := range attrs {
		line += fmt.Sprintf(" %s=%v", at.Meta.Name[strings.Index(at.Meta.Name, "_ATTR_")+6:], at.Value)
	}
	if status != sai.StatusSuccess {
		line += " " + status.String()
	}
	a.log = append(a.log, line)
	return status
}

// said is what was asked since the last call.
func (a *asic) said() string {
	text := strings.Join(a.log, "\n")
	a.log = nil
	return text
}

func (a *asic) Create(_ context.Context, t sai.ObjectType, r []sai.CreateRequest) []sai.CreateResult {
	out := make([]sai.CreateResult, len(r))
	for i := range r {
		if r[i].Object.OID == 0 && !sai.IsEntry(t) {
			a.next++
			r[i].Object.OID = a.next
		}
		out[i] = sai.CreateResult{OID: r[i].Object.OID, Status: a.note("create", r[i].Object, r[i].Attrs...)}
	}
	return out
}

func (a *asic) Remove(_ context.Context, _ sai.ObjectType, o []sai.Object) []sai.Status {
	out := make([]sai.Status, len(o))
	for i := range o {
		out[i] = a.note("remove", o[i])
	}
	return out
}

func (a *asic) Set(_ context.Context, _ sai.ObjectType, r []sai.SetRequest) []sai.Status {
	out := make([]sai.Status, len(r))
	for i := range r {
		out[i] = a.note("set", r[i].Object, r[i].Attr)
	}
	return out
}

// Get knows lanes and administrative states only.
func (a *asic) Get(_ context.Context, _ sai.ObjectType, r []sai.GetRequest) []sai.GetResult {
	out := make([]sai.GetResult, len(r))
	for i := range r {
		m := r[i].Attrs[0].Meta
		lanes, ok := a.lanes[r[i].Object.OID]
		switch {
		case m.ID == sai.PortAttrAdminState:
			out[i].Attrs = []sai.Attribute{{Meta: m, Value: a.up[r[i].Object.OID]}}
		case ok:
			out[i].Attrs = []sai.Attribute{{Meta: m, Value: lanes}}
		default:
			out[i].Status = sai.StatusItemNotFound
		}
	}
	return out
}

func (a *asic) FlushFdb(_ context.Context, sw sai.OID, attrs []sai.Attribute) sai.Status {
	return a.note("flush", sai.Object{Type: sai.ObjectTypeSwitch, OID: sw}, attrs...)
}

// names keeps names in a map, and notes in the ASIC's log when.
type names struct {
	asic  *asic
	known map[sai.OID]string
	fail  error
}

func (n *names) Load(context.Context) (out []objects.Named, err error) {
	for oid, key := range n.known {
		out = append(out, objects.Named{OID: oid, Key: key})
	}
	return out, nil
}

func (n *names) Store(_ context.Context, list []objects.Named) error {
	for _, x := range list {
		n.asic.log = append(n.asic.log, "name "+x.OID.String()+" "+x.Key)
		n.known[x.OID] = x.Key
	}
	return n.fail
}

func (n *names) Delete(_ context.Context, oids []sai.OID) error {
	for _, oid := range oids {
		n.asic.log = append(n.asic.log, "unname "+oid.String())
		delete(n.known, oid)
	}
	return nil
}

// vids gives out numbers.
type vids struct {
	next sai.OID
	fail error
}

func (v *vids) Allocate(_ context.Context, _ sai.ObjectType, n int) ([]sai.OID, error) {
	out := make([]sai.OID, n)
	for i := range out {
		v.next++
		out[i] = v.next
	}
	return out, v.fail
}
