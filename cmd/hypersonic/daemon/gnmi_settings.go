package daemon

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/gnmi/access"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// gnmiSettings are what CONFIG_DB GNMI says, with SONiC's defaults where it says nothing.
type gnmiSettings struct {
	Port       uint16
	Metrics    uint16
	TLS        bool
	Insecure   bool // plaintext on all addresses
	Cert       string
	Key        string
	CA         string
	NeedCert   bool
	UserAuth   string
	Anonymous  access.Role
	Wait       bool
	Threshold  int
	IdleSecond uint32
}

// The defaults of SONiC's server.
const (
	gnmiPort      = 8080
	gnmiThreshold = 100 // connections at a time
)

func settingsOf(env Env, rows map[string]tables.GnmiRow) gnmiSettings {
	row, certs := rows[tables.GnmiServer], rows[tables.GnmiCerts]
	s := gnmiSettings{Port: gnmiPort, Threshold: gnmiThreshold}
	set(&s.Port, row.Port)
	set(&s.Metrics, row.Metrics)
	set(&s.Insecure, row.Insecure)
	set(&s.NeedCert, row.ClientAuth)
	set(&s.UserAuth, row.UserAuth)
	set(&s.Wait, row.Wait)
	set(&s.IdleSecond, row.Idle)
	if row.Threshold != nil {
		s.Threshold = int(*row.Threshold)
	}
	for _, f := range []struct {
		to   *string
		from *string
	}{{&s.Cert, certs.ServerCert}, {&s.Key, certs.ServerKey}, {&s.CA, certs.CACert}} {
		if f.from != nil && *f.from != "" {
			*f.to = env.Path(*f.from)
		}
	}
	s.TLS = s.Cert != "" && s.Key != ""
	if row.Anonymous != nil {
		role, err := access.ParseRole(*row.Anonymous)
		if err != nil {
			env.Log.Error("GNMI|gnmi anonymous is not in force", "err", err)
		}
		s.Anonymous = role
	} else {
		s.Anonymous = s.anonymous()
	}
	return s
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// anonymous is what who shows nothing may do where nobody said it: everything on a switch that speaks plaintext, which others than its own processes do not
// reach unless that was asked for; nothing where there are certificates, or users are asked for their passwords.
func (s gnmiSettings) anonymous() access.Role {
	if s.TLS || s.NeedCert || strings.Contains(s.UserAuth, "password") || strings.Contains(s.UserAuth, "cert") {
		return access.None
	}
	return access.ReadWrite
}

// address is where the server listens. Plaintext leaves the machine only if that was asked for.
func (s gnmiSettings) address() string {
	if s.TLS || s.Insecure {
		return fmt.Sprintf(":%d", s.Port)
	}
	return fmt.Sprintf("127.0.0.1:%d", s.Port)
}

func (s gnmiSettings) idle() time.Duration { return time.Duration(s.IdleSecond) * time.Second }

// certificateRole is what a client with a certificate may do: what GNMI_CLIENT_CERT says of its common name, and everything if it says nothing of anybody.
func certificateRole(store db.Keyspace) func(context.Context, string) (access.Role, error) {
	return func(ctx context.Context, name string) (access.Role, error) {
		rows, err := store.Read(ctx, tables.ConfigGnmiClient.Schema)
		if err != nil {
			return access.None, err
		}
		if len(rows) == 0 {
			return access.ReadWrite, nil
		}
		role := access.None
		for _, c := range rows {
			_, r, err := tables.ConfigGnmiClient.Decode(c.Key, c.Fields)
			if err != nil || c.Key != name {
				continue
			}
			for _, word := range r.Roles {
				switch {
				case strings.HasSuffix(word, "readwrite"):
					role = access.ReadWrite
				case strings.HasSuffix(word, "readonly"):
					role = max(role, access.ReadOnly)
				}
			}
		}
		return role, nil
	}
}
