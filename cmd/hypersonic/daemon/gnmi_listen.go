package daemon

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"golang.org/x/net/netutil"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	"github.com/hypersonic-nos/hypersonic/gnmi/access"
	"github.com/hypersonic-nos/hypersonic/gnmi/gnoi"
	"github.com/hypersonic-nos/hypersonic/gnmi/metrics"
	"github.com/hypersonic-nos/hypersonic/gnmi/server"
)

// GnmiSocket is where processes of the switch's own machine reach the server without TLS and passwords: only root may open it.
func (e Env) GnmiSocket() string { return e.Path("var/run/gnmi/gnmi.sock") }

// GnmiUsers is the file of the server's users (`hypersonic gnmi user`).
func (e Env) GnmiUsers() string { return e.Path("etc/sonic/gnmi_users") }

// Limits of a connection.
const (
	maxMessage = 64 << 20 // bytes: a configuration of a hundred thousand rows
	maxStreams = 256      // of one connection at a time
	retryBind  = time.Second
	lastWords  = time.Second // for answers to calls that are under way when the server ends, or listens anew
)

// listenGnmi serves with the settings until the function that it returns is called.
func listenGnmi(ctx context.Context, p *gnmiParts, s gnmiSettings) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	g, ctx := errgroup.WithContext(ctx)
	p.wait.Store(s.Wait)
	g.Go(func() error { return serveAddress(ctx, p, s) })
	if s.Metrics != 0 {
		g.Go(func() error { return serveMetrics(ctx, p, s) })
	}
	return func() error {
		cancel()
		return g.Wait()
	}
}

// service builds the gRPC server with all services. Each listener has its own, since credentials are a server's.
func (p *gnmiParts) service(s gnmiSettings, creds credentials.TransportCredentials) *grpc.Server {
	guard := &server.Guard{
		Policy: &access.Policy{Users: access.NewUsers(p.env.GnmiUsers()), Roles: certificateRole(p.store), Anonymous: s.Anonymous},
		Needs:  server.Needs, Counters: p.counters, Log: p.env.Log,
	}
	options := []grpc.ServerOption{
		grpc.Creds(creds), grpc.MaxRecvMsgSize(maxMessage), grpc.MaxConcurrentStreams(maxStreams),
		grpc.UnaryInterceptor(guard.Unary), grpc.StreamInterceptor(guard.Stream), grpc.ReadBufferSize(8 << 10), grpc.WriteBufferSize(16 << 10),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
	}
	if s.IdleSecond > 0 {
		options = append(options, grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: s.idle()}))
	}
	out := grpc.NewServer(options...)
	gpb.RegisterGNMIServer(out, server.New(p.group, server.Config{
		Store: p.store, Origins: p.origins, Target: p.target, Sets: p.sets, Hub: p.hub, Wait: p.wait.Load,
		Limits: server.DefaultLimits(), Now: time.Now, Log: p.env.Log, Counters: p.counters,
	}))
	gnoi.Register(out, p.gnoi())
	reflection.Register(out)
	return out
}

// serveSocket serves the machine's own processes, whatever CONFIG_DB says.
func serveSocket(ctx context.Context, p *gnmiParts) error {
	path := p.env.GnmiSocket()
	return serve(ctx, p, p.service(gnmiSettings{}, insecure.NewCredentials()), path, func() (net.Listener, error) {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		ln, err := new(net.ListenConfig).Listen(ctx, "unix", path)
		if err != nil {
			return nil, err
		}
		return ln, os.Chmod(path, 0o600)
	})
}

func serveAddress(ctx context.Context, p *gnmiParts, s gnmiSettings) error {
	if s.Port == 0 {
		return nil
	}
	creds := insecure.NewCredentials()
	if s.TLS {
		files := &access.Certificates{Cert: s.Cert, Key: s.Key, CA: s.CA, Require: s.NeedCert}
		if err := files.Load(); err != nil {
			p.env.Log.Error("TLS does not work until the files can be read", "err", err)
		}
		creds = credentials.NewTLS(files.TLS())
	} else if !s.Insecure {
		p.env.Log.Info("no certificates: gNMI listens on loopback only (GNMI|certs, or GNMI|gnmi insecure=true)")
	}
	return serve(ctx, p, p.service(s, creds), s.address(), func() (net.Listener, error) {
		ln, err := new(net.ListenConfig).Listen(ctx, "tcp", s.address())
		if err != nil || s.Threshold == 0 {
			return ln, err
		}
		return netutil.LimitListener(ln, s.Threshold), nil
	})
}

// serve listens until ctx ends. An address that is taken is tried again, and keeps no other listener down.
func serve(ctx context.Context, p *gnmiParts, srv *grpc.Server, address string, listen func() (net.Listener, error)) error {
	var ln net.Listener
	said := false
	for ln == nil {
		var err error
		if ln, err = listen(); err == nil {
			break
		}
		if !said {
			p.env.Log.Error("gNMI cannot listen", "address", address, "err", err)
			said = true
		}
		timer := time.NewTimer(retryBind)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
	p.env.Log.Info("gNMI listens", "address", address)
	g, ctx := errgroup.WithContext(ctx)
	owned := own(ln)
	g.Go(func() error { return srv.Serve(owned) })
	g.Go(func() error {
		<-ctx.Done()
		end := time.AfterFunc(lastWords, func() {
			owned.hangUp()
			srv.Stop()
		})
		defer end.Stop()
		srv.GracefulStop()
		return nil
	})
	if err := g.Wait(); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("gNMI on %s: %w", address, err)
	}
	return nil
}

// serveMetrics has Prometheus read the server's and the switch's numbers.
func serveMetrics(ctx context.Context, p *gnmiParts, s gnmiSettings) error {
	mux := http.NewServeMux()
	mux.Handle("/metrics", metrics.Handler(p.store, p.counters, p.hub))
	host := "127.0.0.1"
	if s.TLS || s.Insecure {
		host = "" // numbers are no secrets where the door is open anyway
	}
	web := &http.Server{Addr: fmt.Sprintf("%s:%d", host, s.Metrics), Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		if err := web.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			p.env.Log.Error("/metrics cannot listen", "address", web.Addr, "err", err)
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		return web.Close()
	})
	return g.Wait()
}
