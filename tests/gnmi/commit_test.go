package gnmi

import (
	"testing"
	"time"

	"github.com/openconfig/gnmi/proto/gnmi"
	"github.com/openconfig/gnmi/proto/gnmi_ext"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"
)

func mtu(value string) *gnmi.Update {
	return &gnmi.Update{
		Path: &gnmi.Path{Origin: "sonic-db", Elem: []*gnmi.PathElem{{Name: "CONFIG_DB"}, {Name: "localhost"}, {Name: "PORT"}, {Name: "Ethernet0"}, {Name: "mtu"}}},
		Val:  &gnmi.TypedValue{Value: &gnmi.TypedValue_StringVal{StringVal: value}},
	}
}

func commit(id string, action any) []*gnmi_ext.Extension {
	c := &gnmi_ext.Commit{Id: id}
	switch a := action.(type) {
	case time.Duration:
		c.Action = &gnmi_ext.Commit_Commit{Commit: &gnmi_ext.CommitRequest{RollbackDuration: durationpb.New(a)}}
	case string:
		switch a {
		case "confirm":
			c.Action = &gnmi_ext.Commit_Confirm{Confirm: &gnmi_ext.CommitConfirm{}}
		case "cancel":
			c.Action = &gnmi_ext.Commit_Cancel{Cancel: &gnmi_ext.CommitCancel{}}
		}
	case *durationpb.Duration:
		c.Action = &gnmi_ext.Commit_SetRollbackDuration{SetRollbackDuration: &gnmi_ext.CommitSetRollbackDuration{RollbackDuration: a}}
	}
	return []*gnmi_ext.Extension{{Ext: &gnmi_ext.Extension_Commit{Commit: c}}}
}

// send is a Set as it is on the wire.
func (s *service) send(stub gnmi.GNMIClient, ext []*gnmi_ext.Extension, updates ...*gnmi.Update) error {
	_, err := stub.Set(s.t.Context(), &gnmi.SetRequest{Update: updates, Extension: ext})
	return err
}

func (s *service) mtuIs(want string) {
	s.t.Helper()
	if got := s.row("PORT|Ethernet0"); got != "admin_status=up alias=etp1 lanes=0,1,2,3 mtu="+want+" speed=100000" {
		s.t.Errorf("mtu %s: %s", want, got)
	}
}

// TestConfirmedCommit walks through gnmi-commit-confirmed.
func TestConfirmedCommit(t *testing.T) {
	s := start(t)
	c := s.stub()
	refused(t, s.send(c, commit("1", "confirm")), codes.FailedPrecondition)
	refused(t, s.send(c, commit("", time.Hour), mtu("1500")), codes.InvalidArgument)
	refused(t, s.send(c, commit("x", nil), mtu("1500")), codes.InvalidArgument)
	must(t, s.send(c, commit("1", time.Hour), mtu("1500")))
	s.mtuIs("1500")
	refused(t, s.send(c, nil, mtu("1600")), codes.FailedPrecondition, "commit 1")
	refused(t, s.send(c, commit("2", time.Hour), mtu("1600")), codes.FailedPrecondition)
	refused(t, s.send(c, commit("2", "confirm")), codes.InvalidArgument)
	refused(t, s.send(c, commit("1", "confirm"), mtu("1600")), codes.InvalidArgument)
	must(t, s.send(c, commit("1", durationpb.New(2*time.Hour))))
	must(t, s.send(c, commit("1", "confirm")))
	s.mtuIs("1500")
	must(t, s.send(c, commit("3", time.Hour), mtu("1600")))
	must(t, s.send(c, commit("3", "cancel")))
	s.mtuIs("1500")
	must(t, s.send(c, commit("4", time.Hour), mtu("1700")))
	must(t, s.send(c, commit("4", durationpb.New(time.Millisecond))))
	eventually(t, "the rollback", func() error {
		return s.send(c, nil, mtu("1500"))
	})
	s.mtuIs("1500")
	// one that is wrong leaves nothing behind
	refused(t, s.send(c, commit("5", time.Hour), mtu("x")), codes.InvalidArgument)
	must(t, s.send(c, nil, mtu("9100")))
}

// TestCommitSurvivesTheServer has the server end while a commit waits: its successor keeps the time.
func TestCommitSurvivesTheServer(t *testing.T) {
	s := start(t)
	must(t, s.send(s.stub(), commit("1", time.Hour), mtu("1500")))
	s.stop()
	s.run()
	c := s.stub()
	refused(t, s.send(c, nil, mtu("1600")), codes.FailedPrecondition, "commit 1")
	must(t, s.send(c, commit("1", durationpb.New(time.Second))))
	s.stop()
	s.mtuIs("1500")
	s.run()
	c = s.stub()
	eventually(t, "the rollback", func() error { return s.send(c, nil, mtu("9100")) })
	s.mtuIs("9100")
}

// TestArbitration refuses those who are not master, once anybody has asked for it.
func TestArbitration(t *testing.T) {
	s := start(t)
	c := s.stub()
	master := func(role string, id *gnmi_ext.Uint128) []*gnmi_ext.Extension {
		return []*gnmi_ext.Extension{{Ext: &gnmi_ext.Extension_MasterArbitration{MasterArbitration: &gnmi_ext.MasterArbitration{Role: &gnmi_ext.Role{Id: role}, ElectionId: id}}}}
	}
	must(t, s.send(c, nil, mtu("1500")))
	must(t, s.send(c, master("", &gnmi_ext.Uint128{Low: 5}), mtu("1501")))
	must(t, s.send(c, master("", &gnmi_ext.Uint128{High: 1}), mtu("1502")))
	refused(t, s.send(c, master("", &gnmi_ext.Uint128{Low: 7}), mtu("1503")), codes.PermissionDenied)
	refused(t, s.send(c, nil, mtu("1503")), codes.PermissionDenied)
	refused(t, s.send(c, master("", nil), mtu("1503")), codes.InvalidArgument)
	must(t, s.send(c, master("other", &gnmi_ext.Uint128{Low: 1}), mtu("1504")))
	s.mtuIs("1504")
}

// TestUnionReplace makes what two origins' values say the whole configuration.
func TestUnionReplace(t *testing.T) {
	s := start(t, "VLAN|Vlan10 vlanid 10")
	c := s.stub()
	whole := func(text string) *gnmi.Update {
		return &gnmi.Update{Path: &gnmi.Path{Origin: "sonic-db", Elem: []*gnmi.PathElem{{Name: "CONFIG_DB"}, {Name: "localhost"}}},
			Val: &gnmi.TypedValue{Value: &gnmi.TypedValue_JsonIetfVal{JsonIetfVal: []byte(text)}}}
	}
	union := func(list ...*gnmi.Update) error {
		_, err := c.Set(t.Context(), &gnmi.SetRequest{UnionReplace: list})
		return err
	}
	text := `{"PORT":{"Ethernet0":{"lanes":"0,1,2,3","speed":"100000","mtu":"1500"}},"VLAN":{"Vlan20":{"vlanid":"20"}}}`
	must(t, union(whole(text)))
	if got := s.row("VLAN|Vlan10") + s.row("PORT|Ethernet4"); got != "" {
		t.Errorf("rows are left: %s", got)
	}
	if got := s.row("PORT|Ethernet0"); got != "lanes=0,1,2,3 mtu=1500 speed=100000" {
		t.Error(got)
	}
	_, err := c.Set(t.Context(), &gnmi.SetRequest{UnionReplace: []*gnmi.Update{whole(text)}, Update: []*gnmi.Update{mtu("1")}})
	refused(t, err, codes.InvalidArgument, "union_replace")
}

// TestDryRun checks, and writes nothing.
func TestDryRun(t *testing.T) {
	s := start(t)
	c := s.stub()
	own := func(words string) []*gnmi_ext.Extension {
		return []*gnmi_ext.Extension{{Ext: &gnmi_ext.Extension_RegisteredExt{RegisteredExt: &gnmi_ext.RegisteredExtension{Id: gnmi_ext.ExtensionID_EID_EXPERIMENTAL, Msg: []byte(words)}}}}
	}
	must(t, s.send(c, own("dry-run"), mtu("1500")))
	s.mtuIs("9100")
	refused(t, s.send(c, own("dry-run"), mtu("x")), codes.InvalidArgument, "/PORT/Ethernet0/mtu")
	refused(t, s.send(c, own("wet-run"), mtu("1500")), codes.InvalidArgument, "wet-run")
	history := []*gnmi_ext.Extension{{Ext: &gnmi_ext.Extension_History{History: &gnmi_ext.History{}}}}
	refused(t, s.send(c, history, mtu("1500")), codes.Unimplemented, "history")
	_, err := c.Get(t.Context(), &gnmi.GetRequest{Path: []*gnmi.Path{{}}, Extension: commit("1", "confirm")})
	refused(t, err, codes.Unimplemented, "commit")
}
