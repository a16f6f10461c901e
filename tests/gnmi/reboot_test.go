package gnmi

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/openconfig/gnmi/proto/gnmi"
	"github.com/openconfig/gnmi/proto/gnmi_ext"
	"github.com/openconfig/gnoi/factory_reset"
	"github.com/openconfig/gnoi/healthz"
	"github.com/openconfig/gnoi/system"
	"github.com/openconfig/gnoi/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

// rebootAndReset has the daemons begun again one by one, all of them with the databases as they are, and then as a new switch.
func rebootAndReset(t *testing.T, p *switchtest.Processes, conn grpc.ClientConnInterface, apply func([]*gnmi_ext.Extension, ...*gnmi.Update) error) {
	store := p.Keyspace()
	sys, health := system.NewSystemClient(conn), healthz.NewHealthzClient(conn)
	again := func(what string) {
		t.Helper()
		eventually(t, what, func() error { return apply(untilASIC(), rowUpdate(t, "PORT/Ethernet0", `{"mtu":"9000"}`)) })
	}
	vlan := func() bool { return asicHas(t, store, "SAI_OBJECT_TYPE_VLAN", "SAI_VLAN_ATTR_VLAN_ID=100") }

	_, err := sys.KillProcess(t.Context(), &system.KillProcessRequest{Name: "netsync", Signal: system.KillProcessRequest_SIGNAL_TERM, Restart: true})
	must(t, err)
	_, err = sys.KillProcess(t.Context(), &system.KillProcessRequest{Name: "nobody", Signal: system.KillProcessRequest_SIGNAL_TERM})
	refused(t, err, codes.FailedPrecondition, "nobody")
	again("netsync, begun again")

	_, err = sys.Reboot(t.Context(), &system.RebootRequest{Method: system.RebootMethod_WARM, Delay: uint64(1e12), Message: "later"})
	must(t, err)
	if st, err := sys.RebootStatus(t.Context(), &system.RebootStatusRequest{}); err != nil || !st.GetActive() || st.GetReason() != "later" {
		t.Errorf("%v %v", st, err)
	}
	_, err = sys.Reboot(t.Context(), &system.RebootRequest{Method: system.RebootMethod_WARM})
	refused(t, err, codes.FailedPrecondition, "under way")
	_, err = sys.CancelReboot(t.Context(), &system.CancelRebootRequest{})
	must(t, err)

	_, err = sys.Reboot(t.Context(), &system.RebootRequest{Method: system.RebootMethod_WARM})
	must(t, err)
	eventually(t, "the warm reboot", func() error {
		st, err := sys.RebootStatus(t.Context(), &system.RebootStatusRequest{})
		if err == nil && (st.GetActive() || st.GetCount() != 1 || st.GetStatus().GetStatus() != system.RebootStatus_STATUS_SUCCESS) {
			return fmt.Errorf("%v", st)
		}
		return err
	})
	if !vlan() {
		t.Error("VLAN 100 has not survived a warm reboot")
	}
	again("the switch, warm")
	if list, err := health.List(t.Context(), &healthz.ListRequest{Path: &types.Path{Elem: []*types.PathElem{{Name: "components"}}}}); err != nil || len(list.GetStatuses()) == 0 {
		t.Errorf("%v %v", list, err)
	}

	reset, err := factory_reset.NewFactoryResetClient(conn).Start(t.Context(), &factory_reset.StartRequest{})
	if err != nil || reset.GetResetSuccess() == nil {
		t.Fatalf("%v %v", reset, err)
	}
	eventually(t, "a new switch", func() error {
		rows, err := store.Read(t.Context(), tables.ConfigVlan.Schema)
		if err == nil && len(rows) > 0 {
			err = fmt.Errorf("%d VLANs are left", len(rows))
		}
		return errors.Join(err, apply(untilASIC(), rowUpdate(t, "PORT/Ethernet0", `{"mtu":"9000"}`)))
	})
	if vlan() {
		t.Error("VLAN 100 is in the ASIC of a new switch")
	}
	if _, err := os.Stat(p.Env.GnmiUsers()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the users are left: %v", err)
	}
}
