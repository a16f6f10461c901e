package server

import (
	"context"
	"log/slog"
	"net"
	"testing"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/gnmi/access"
)

// bug is a service with one.
type bug struct{ gpb.UnimplementedGNMIServer }

func (bug) Get(context.Context, *gpb.GetRequest) (*gpb.GetResponse, error) { panic("a bug") }

func (bug) Subscribe(gpb.GNMI_SubscribeServer) error { panic("another") }

func (bug) Capabilities(context.Context, *gpb.CapabilityRequest) (*gpb.CapabilityResponse, error) {
	return &gpb.CapabilityResponse{GNMIVersion: Version}, nil
}

// TestPanicEndsItsCallOnly has calls panic on a connection that others go on using.
func TestPanicEndsItsCallOnly(t *testing.T) {
	counters := &Counters{}
	guard := &Guard{Policy: &access.Policy{Anonymous: access.ReadWrite}, Needs: Needs, Counters: counters, Log: slog.New(slog.DiscardHandler)}
	srv := grpc.NewServer(grpc.UnaryInterceptor(guard.Unary), grpc.StreamInterceptor(guard.Stream))
	gpb.RegisterGNMIServer(srv, bug{})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var g errgroup.Group
	g.Go(func() error { return srv.Serve(ln) })
	defer func() {
		srv.Stop()
		_ = g.Wait()
	}()
	conn, err := grpc.NewClient(ln.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := gpb.NewGNMIClient(conn)
	for range 3 {
		if _, err := c.Get(t.Context(), &gpb.GetRequest{}); status.Code(err) != codes.Internal {
			t.Error(err)
		}
		stream, err := c.Subscribe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Recv(); status.Code(err) != codes.Internal {
			t.Error(err)
		}
		if r, err := c.Capabilities(t.Context(), &gpb.CapabilityRequest{}); err != nil || r.GetGNMIVersion() != Version {
			t.Error(r, err)
		}
	}
	if n := counters.Panics.Load(); n != 6 {
		t.Errorf("%d panics counted", n)
	}
}

// TestNeeds holds which methods who may only read may call.
func TestNeeds(t *testing.T) {
	for method, want := range map[string]access.Role{
		"/gnmi.gNMI/Get": access.ReadOnly, "/gnmi.gNMI/Subscribe": access.ReadOnly, "/gnmi.gNMI/Capabilities": access.ReadOnly, "/gnmi.gNMI/Set": access.ReadWrite,
		"/gnoi.system.System/Reboot": access.ReadWrite, "/gnoi.system.System/Time": access.ReadOnly, "/gnoi.file.File/Get": access.ReadWrite,
		"/gnoi.file.File/Put": access.ReadWrite, "/gnoi.factory_reset.FactoryReset/Start": access.ReadWrite, "/what.Ever/Do": access.ReadWrite,
	} {
		if got := Needs(method); got != want {
			t.Errorf("%s needs %s, not %s", method, got, want)
		}
	}
}
