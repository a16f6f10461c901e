package gnmi

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/openconfig/gnmi/client"
	gclient "github.com/openconfig/gnmi/client/gnmi"
	"github.com/openconfig/gnmic/pkg/api"
	"github.com/openconfig/gnoi/file"
	"github.com/openconfig/gnoi/healthz"
	"github.com/openconfig/gnoi/system"
	"github.com/openconfig/gnoi/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/hypersonic-nos/hypersonic/gnmi/access"
)

// authority makes certificates.
type authority struct {
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{dir: t.TempDir()}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &a.key.PublicKey, a.key)
	must(t, err)
	a.cert, err = x509.ParseCertificate(der)
	must(t, err)
	write(t, a.file("ca"), "CERTIFICATE", der)
	return a
}

func (a *authority) file(name string) string { return filepath.Join(a.dir, name) }

func write(t *testing.T, path, kind string, der []byte) {
	t.Helper()
	must(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}

// issue writes NAME.crt and NAME.key.
func (a *authority) issue(t *testing.T, name, commonName string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<40))
	must(t, err)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: commonName}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, a.cert, &key.PublicKey, a.key)
	must(t, err)
	keyDER, err := x509.MarshalECPrivateKey(key)
	must(t, err)
	write(t, a.file(name+".crt"), "CERTIFICATE", der)
	write(t, a.file(name+".key"), "EC PRIVATE KEY", keyDER)
}

// TestTLS has clients come with a password, with certificates of different roles, and with nothing; the server's certificate is exchanged meanwhile.
func TestTLS(t *testing.T) {
	a := newAuthority(t)
	for name, cn := range map[string]string{"server": "switch", "writer": "writer", "reader": "reader", "stranger": "stranger"} {
		a.issue(t, name, cn)
	}
	s := start(t, "GNMI_CLIENT_CERT|writer role@ gnmi_config_db_readwrite", "GNMI_CLIENT_CERT|reader role@ gnmi_readonly")
	must(t, os.MkdirAll(s.env.Path("certs"), 0o755))
	for _, f := range []string{"ca", "server.crt", "server.key"} {
		text, err := os.ReadFile(a.file(f))
		must(t, err)
		must(t, os.WriteFile(s.env.Path("certs", f), text, 0o600))
	}
	must(t, os.MkdirAll(filepath.Dir(s.env.GnmiUsers()), 0o755))
	must(t, access.SetUser(s.env.GnmiUsers(), "admin", "secret", access.ReadWrite))
	must(t, access.SetUser(s.env.GnmiUsers(), "guest", "guest", access.ReadOnly))
	s.config("GNMI|certs server_crt /certs/server.crt server_key /certs/server.key ca_crt /certs/ca")
	address := api.Address(fmt.Sprintf("127.0.0.1:%d", s.port))
	ca := api.TLSCA(a.file("ca"))
	cert := func(name string) []api.TargetOption {
		return []api.TargetOption{address, ca, api.TLSCert(a.file(name + ".crt")), api.TLSKey(a.file(name + ".key"))}
	}
	password := func(user, password string) []api.TargetOption {
		return []api.TargetOption{address, ca, api.Username(user), api.Password(password)}
	}
	update := api.Update(api.Path(configDB+"/PORT/Ethernet0/mtu"), api.Value("1500", "string"))
	read := func(options []api.TargetOption) error {
		req, err := api.NewGetRequest(api.Path(configDB+"/PORT/Ethernet0/mtu"), api.Encoding("json_ietf"))
		must(t, err)
		_, err = s.target(options...).Get(t.Context(), req)
		return err
	}
	eventually(t, "TLS", func() error { return read(password("admin", "secret")) })
	must(t, read(password("guest", "guest")))
	must(t, set(t, s.target(password("admin", "secret")...), update))
	refused(t, set(t, s.target(password("guest", "guest")...), update), codes.PermissionDenied, "guest")
	refused(t, read(password("admin", "wrong")), codes.Unauthenticated)
	refused(t, read(password("nobody", "secret")), codes.Unauthenticated)
	refused(t, read([]api.TargetOption{address, ca}), codes.Unauthenticated)
	must(t, set(t, s.target(cert("writer")...), update))
	must(t, read(cert("reader")))
	refused(t, set(t, s.target(cert("reader")...), update), codes.PermissionDenied, "reader")
	refused(t, read(cert("stranger")), codes.PermissionDenied)
	// a new certificate, and a new user, without a restart
	other := newAuthority(t)
	other.issue(t, "server", "switch")
	for _, f := range []string{"server.crt", "server.key"} {
		text, err := os.ReadFile(other.file(f))
		must(t, err)
		must(t, os.WriteFile(s.env.Path("certs", f), text, 0o600))
	}
	must(t, access.SetUser(s.env.GnmiUsers(), "admin", "other", access.ReadWrite))
	eventually(t, "the new certificate", func() error {
		return read([]api.TargetOption{address, api.TLSCA(other.file("ca")), api.Username("admin"), api.Password("other")})
	})
	refused(t, read([]api.TargetOption{address, api.TLSCA(other.file("ca")), api.Username("admin"), api.Password("secret")}), codes.Unauthenticated)
}

// TestPlaintextStaysAtHome listens on loopback unless told otherwise.
func TestPlaintextStaysAtHome(t *testing.T) {
	s := start(t)
	eventually(t, "a listener on loopback", func() error {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.port))
		if err == nil {
			err = c.Close()
		}
		return err
	})
	elsewhere := fmt.Sprintf("127.0.0.2:%d", s.port)
	if c, err := net.Dial("tcp", elsewhere); err == nil {
		_ = c.Close()
		t.Error("it listens on other addresses")
	}
	s.config("GNMI|gnmi insecure true")
	eventually(t, "the other address", func() error {
		c, err := net.Dial("tcp", elsewhere)
		if err == nil {
			_ = c.Close()
		}
		return err
	})
}

// TestOpenConfigClient asks with OpenConfig's own client library.
func TestOpenConfigClient(t *testing.T) {
	s := start(t)
	got := map[string]any{}
	q := client.Query{
		Addrs: []string{"unix:" + s.env.GnmiSocket()}, Target: "CONFIG_DB", Type: client.Once, Timeout: patience,
		Queries: []client.Path{{"PORT", "Ethernet0", "mtu"}},
		NotificationHandler: func(n client.Notification) error {
			if u, ok := n.(client.Update); ok {
				got[u.Path[len(u.Path)-1]] = u.Val
			}
			return nil
		},
	}
	conn, err := grpc.NewClient(q.Addrs[0], grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	defer conn.Close()
	c, err := gclient.NewFromConn(t.Context(), conn, q.Destination())
	must(t, err)
	must(t, c.Subscribe(t.Context(), q))
	for {
		if err := c.Recv(); err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, client.ErrStopReading) {
				t.Fatal(err)
			}
			break
		}
	}
	if got["mtu"] != "9100" {
		t.Errorf("got %v", got)
	}
}

// TestGNOI asks for the time, an echo, files inside of the root and outside, and for health.
func TestGNOI(t *testing.T) {
	s := start(t)
	conn, err := grpc.NewClient("unix:"+s.env.GnmiSocket(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(t, err)
	defer conn.Close()
	sys := system.NewSystemClient(conn)
	now, err := sys.Time(t.Context(), &system.TimeRequest{})
	must(t, err)
	if d := time.Since(time.Unix(0, int64(now.GetTime()))); d < 0 || d > patience {
		t.Errorf("the time is off by %s", d)
	}
	ping, err := sys.Ping(t.Context(), &system.PingRequest{Destination: "127.0.0.1", Count: 2, Interval: int64(10 * time.Millisecond)})
	must(t, err)
	var last *system.PingResponse
	for {
		r, err := ping.Recv()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			break
		}
		last = r
	}
	if last.GetSent() != 2 || last.GetReceived() != 2 {
		t.Errorf("ping: %v", last)
	}
	trace, err := sys.Traceroute(t.Context(), &system.TracerouteRequest{Destination: "127.0.0.1", MaxTtl: 3})
	must(t, err)
	hops := 0
	for {
		r, err := trace.Recv()
		if err != nil {
			break
		}
		if r.GetHop() > 0 {
			hops++
		}
	}
	if hops != 1 {
		t.Errorf("%d hops to oneself", hops)
	}
	_, err = sys.Reboot(t.Context(), &system.RebootRequest{Method: system.RebootMethod_POWERDOWN})
	refused(t, err, codes.Unimplemented)
	_, err = sys.Reboot(t.Context(), &system.RebootRequest{Method: system.RebootMethod_WARM, Delay: uint64(time.Hour), Message: "test"})
	must(t, err)
	st, err := sys.RebootStatus(t.Context(), &system.RebootStatusRequest{})
	must(t, err)
	if !st.GetActive() || st.GetReason() != "test" {
		t.Error(st)
	}
	_, err = sys.CancelReboot(t.Context(), &system.CancelRebootRequest{})
	must(t, err)

	files := file.NewFileClient(conn)
	text := bytes.Repeat([]byte("hypersonic"), 50_000)
	put := func(path string, sum []byte) error {
		stream, err := files.Put(t.Context())
		must(t, err)
		must(t, stream.Send(&file.PutRequest{Request: &file.PutRequest_Open{Open: &file.PutRequest_Details{RemoteFile: path, Permissions: 0o640}}}))
		_ = stream.Send(&file.PutRequest{Request: &file.PutRequest_Contents{Contents: text}})
		_ = stream.Send(&file.PutRequest{Request: &file.PutRequest_Hash{Hash: &types.HashType{Method: types.HashType_SHA256, Hash: sum}}})
		_, err = stream.CloseAndRecv()
		return err
	}
	sum := sha256.Sum256(text)
	refused(t, put("/x", sum[1:]), codes.DataLoss)
	refused(t, put("x", sum[:]), codes.InvalidArgument)
	must(t, os.Symlink("/etc", s.env.Path("out")))
	if err := put("/out/hypersonic-test", sum[:]); err == nil {
		t.Error("a file outside of the root was written")
	}
	if _, err := files.Stat(t.Context(), &file.StatRequest{Path: "/out/passwd"}); err == nil {
		t.Error("a file outside of the root was seen")
	}
	must(t, put("/x", sum[:]))
	stream, err := files.Get(t.Context(), &file.GetRequest{RemoteFile: "/x"})
	must(t, err)
	var got []byte
	for {
		r, err := stream.Recv()
		if err != nil {
			break
		}
		if h := r.GetHash(); h != nil && !bytes.Equal(h.GetHash(), sum[:]) {
			t.Error("another hash")
		}
		got = append(got, r.GetContents()...)
	}
	if !bytes.Equal(got, text) {
		t.Errorf("%d bytes came back", len(got))
	}
	stat, err := files.Stat(t.Context(), &file.StatRequest{Path: "/x"})
	must(t, err)
	if i := stat.GetStats()[0]; i.GetSize() != uint64(len(text)) || i.GetPermissions() != 0o640 {
		t.Error(stat)
	}
	_, err = files.Remove(t.Context(), &file.RemoveRequest{RemoteFile: "/x"})
	must(t, err)
	_, err = files.Remove(t.Context(), &file.RemoveRequest{RemoteFile: "/x"})
	refused(t, err, codes.NotFound)
	_, err = healthz.NewHealthzClient(conn).Get(t.Context(), &healthz.GetRequest{Path: &types.Path{Elem: []*types.PathElem{{Name: "components"}}}})
	must(t, err)
}
