package gnmi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/openconfig/gnmi/proto/gnmi"
	"github.com/openconfig/gnmi/proto/gnmi_ext"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/tables"
	"github.com/hypersonic-nos/hypersonic/tests/switchtest"
)

// untilASIC asks a Set to answer when the ASIC has it.
func untilASIC() []*gnmi_ext.Extension {
	return []*gnmi_ext.Extension{{Ext: &gnmi_ext.Extension_RegisteredExt{RegisteredExt: &gnmi_ext.RegisteredExtension{
		Id: gnmi_ext.ExtensionID_EID_EXPERIMENTAL, Msg: []byte("asic"),
	}}}}
}

func rowUpdate(t testing.TB, row, value string) *gnmi.Update {
	table, key, _ := strings.Cut(row, "/") // the key may have slashes
	return &gnmi.Update{
		Path: &gnmi.Path{Origin: "sonic-db", Elem: []*gnmi.PathElem{{Name: "CONFIG_DB"}, {Name: "localhost"}, {Name: table}, {Name: key}}},
		Val:  &gnmi.TypedValue{Value: &gnmi.TypedValue_JsonIetfVal{JsonIetfVal: []byte(value)}},
	}
}

// asicHas looks for an object of the ASIC with an attribute.
func asicHas(t testing.TB, store db.Keyspace, kind, attribute string) bool {
	t.Helper()
	found := false
	raw := store.Raw(db.Asic)
	err := raw.Keys(t.Context(), "ASIC_STATE:"+kind+":*", func(keys []string) error {
		rows, err := raw.Hashes(t.Context(), keys)
		for _, r := range rows {
			found = found || strings.Contains(fieldsText(r), attribute)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestSwitch sets a whole switch: what a Set says until the ASIC, what it refuses, and what a crash of any daemon leaves of a commit.
func TestSwitch(t *testing.T) {
	p := switchtest.NewProcesses(t, switchtest.Build(t))
	store := p.Keyspace()
	conn, err := grpc.NewClient("unix:"+p.Env.GnmiSocket(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	defer conn.Close()
	c := gnmi.NewGNMIClient(conn)
	apply := func(ext []*gnmi_ext.Extension, updates ...*gnmi.Update) error {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		_, err := c.Set(ctx, &gnmi.SetRequest{Update: updates, Extension: ext}, grpc.WaitForReady(true))
		return err
	}
	eventually(t, "the switch", func() error { return apply(untilASIC(), rowUpdate(t, "PORT/Ethernet0", `{"mtu":"9000"}`)) })
	for _, id := range []int{100, 101, 102} {
		must(t, apply(untilASIC(), rowUpdate(t, fmt.Sprintf("VLAN/Vlan%d", id), fmt.Sprintf(`{"vlanid":"%d"}`, id)),
			rowUpdate(t, fmt.Sprintf("VLAN_MEMBER/Vlan%d|Ethernet0", id), `{"tagging_mode":"tagged"}`)))
		if !asicHas(t, store, "SAI_OBJECT_TYPE_VLAN", fmt.Sprintf("SAI_VLAN_ATTR_VLAN_ID=%d", id)) {
			t.Errorf("VLAN %d is not in the ASIC, though the Set was answered", id)
		}
	}
	t.Run("refused", func(t *testing.T) {
		// Two subnets that overlap: orchagent refuses the second, and all of its Set is undone.
		must(t, apply(untilASIC(), rowUpdate(t, "INTERFACE/Ethernet12", `{}`), rowUpdate(t, "INTERFACE/Ethernet12|10.30.0.1/24", `{}`)))
		err := apply(untilASIC(), rowUpdate(t, "VLAN/Vlan200", `{"vlanid":"200"}`), rowUpdate(t, "INTERFACE/Ethernet16", `{}`), rowUpdate(t, "INTERFACE/Ethernet16|10.30.0.2/24", `{}`))
		refused(t, err, codes.FailedPrecondition, "/CONFIG_DB/localhost/INTERFACE/Ethernet16|10.30.0.2\\/24", "overlaps")
		for _, key := range []string{"VLAN|Vlan200", "INTERFACE|Ethernet16", "INTERFACE|Ethernet16|10.30.0.2/24"} {
			if got := hash(t, store, key); got != "" {
				t.Errorf("%s is left: %s", key, got)
			}
		}
	})
	t.Run("APPL_DB", func(t *testing.T) {
		route := func(prefix, value string) *gnmi.Update {
			u := rowUpdate(t, "ROUTE_TABLE/"+prefix, value)
			u.Path.Elem[0].Name = "APPL_DB"
			return u
		}
		must(t, apply(untilASIC(), route("203.0.113.0/24", `{"blackhole":"true"}`)))
		if !asicKey(t, store, "SAI_OBJECT_TYPE_ROUTE_ENTRY", "203.0.113.0/24") {
			t.Error("the route is not in the ASIC, though the Set was answered")
		}
		refused(t, apply(untilASIC(), route("203.0.113.0/24", `{"mark":"1"}`), route("198.51.100.0/24", `{"nexthop":"nowhere","ifname":"Ethernet0"}`)),
			codes.FailedPrecondition, "198.51.100.0", "nowhere")
		eventually(t, "that orchagent takes back what was refused", func() error {
			rows, err := store.Get(t.Context(), tables.ApplRoute.Schema, []string{"203.0.113.0/24", "198.51.100.0/24"})
			if err != nil {
				return err
			}
			if got := fieldsText(rows[0].Fields); got != "blackhole=true" || !rows[1].Gone {
				return fmt.Errorf("%s, %v", got, rows[1])
			}
			return nil
		})
		_, err := c.Set(t.Context(), &gnmi.SetRequest{Delete: []*gnmi.Path{route("203.0.113.0/24", "").Path}, Extension: untilASIC()})
		must(t, err)
		if asicKey(t, store, "SAI_OBJECT_TYPE_ROUTE_ENTRY", "203.0.113.0/24") {
			t.Error("the route is still in the ASIC")
		}
	})
	t.Run("files", func(t *testing.T) {
		system := func(text, json string) *gnmi.Update {
			return &gnmi.Update{Path: path(t, "openconfig:/system/"+text), Val: &gnmi.TypedValue{Value: &gnmi.TypedValue_JsonIetfVal{JsonIetfVal: []byte(json)}}}
		}
		servers := system("dns/servers/server[address=10.0.0.53]", `{"address":"10.0.0.53","config":{"address":"10.0.0.53"}}`)
		must(t, apply(untilASIC(), servers, system("config/motd-banner", `"hello"`)))
		for name, want := range map[string]string{"etc/resolv.conf": "nameserver 10.0.0.53\n", "etc/motd": "hello\n"} {
			if got, err := os.ReadFile(p.Env.Path(name)); err != nil || string(got) != want {
				t.Errorf("%s is %q (%v), not %q", name, got, err, want)
			}
		}
		_, err := c.Set(t.Context(), &gnmi.SetRequest{Delete: []*gnmi.Path{servers.Path}, Extension: untilASIC()})
		must(t, err)
		if got, err := os.ReadFile(p.Env.Path("etc/resolv.conf")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("etc/resolv.conf is left: %q", got)
		}
	})
	t.Run("SHOW", func(t *testing.T) {
		page := func(text string) (string, error) {
			r, err := c.Get(t.Context(), &gnmi.GetRequest{Prefix: &gnmi.Path{Target: "SHOW"}, Path: []*gnmi.Path{path(t, text)}, Encoding: gnmi.Encoding_JSON_IETF})
			if err != nil {
				return "", err
			}
			return string(r.GetNotification()[0].GetUpdate()[0].GetVal().GetJsonIetfVal()), nil
		}
		for text, want := range map[string]string{"/vlan/brief": "100", "/interfaces/status[interface=Ethernet0]": "Ethernet0", "/version": "ypersonic"} {
			if got, err := page(text); err != nil || !strings.Contains(got, want) || !json.Valid([]byte(got)) {
				t.Errorf("%s: %s %v", text, got, err)
			}
		}
		for _, text := range []string{"/vlan", "/nothing", "/techsupport"} {
			_, err := page(text)
			refused(t, err, codes.NotFound, text)
		}
		_, err := page("/vlan/brief/--help")
		refused(t, err, codes.InvalidArgument, "--help")
	})
	t.Run("crash", func(t *testing.T) {
		for n, daemon := range []string{"gnmi-native", "orchagent", "cfgmgr", "gnmi-native"} {
			id := fmt.Sprintf("crash%d", n)
			value := func(mtu int) []*gnmi.Update {
				return []*gnmi.Update{rowUpdate(t, "PORT/Ethernet4", fmt.Sprintf(`{"mtu":"%d"}`, mtu)), rowUpdate(t, "PORT/Ethernet8", fmt.Sprintf(`{"mtu":"%d"}`, mtu))}
			}
			must(t, apply(nil, value(2000)...))
			done := make(chan error, 1)
			go func() { done <- apply(commit(id, 700*time.Millisecond), value(3000+n)...) }()
			must(t, p.Kill(daemon))
			err := <-done
			if one, other := hash(t, store, "PORT|Ethernet4"), hash(t, store, "PORT|Ethernet8"); mtuOf(one) != mtuOf(other) {
				t.Errorf("%s died: between old and new (%v): %s, %s", daemon, err, one, other)
			}
			eventually(t, "the rollback", func() error {
				for _, key := range []string{"PORT|Ethernet4", "PORT|Ethernet8"} {
					if got := mtuOf(hash(t, store, key)); got != "mtu=2000" {
						return fmt.Errorf("%s has %s", key, got)
					}
				}
				return nil
			})
			eventually(t, "the server", func() error { return apply(nil, value(2000)...) })
		}
	})
	refused(t, apply(nil, rowUpdate(t, "PORT/Ethernet4", `{"mtu":"x"}`)), codes.InvalidArgument, "/PORT/Ethernet4", "mtu")
	t.Run("gNOI", func(t *testing.T) { rebootAndReset(t, p, conn, apply) })
}

// asicKey looks for an object of the ASIC by a part of its key.
func asicKey(t testing.TB, store db.Keyspace, kind, part string) (found bool) {
	t.Helper()
	must(t, store.Raw(db.Asic).Keys(t.Context(), "ASIC_STATE:"+kind+":*", func(keys []string) error {
		found = found || strings.Contains(strings.Join(keys, " "), part)
		return nil
	}))
	return found
}

func mtuOf(row string) string {
	for word := range strings.FieldsSeq(row) {
		if strings.HasPrefix(word, "mtu=") {
			return word
		}
	}
	return ""
}

func hash(t testing.TB, store db.Keyspace, key string) string {
	t.Helper()
	rows, err := store.Raw(db.Config).Hashes(t.Context(), []string{key})
	must(t, err)
	return fieldsText(rows[0])
}
