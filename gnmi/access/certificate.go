package access

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// Certificates are the server's own, and the authorities that its clients' come from. They are read again when a file changes; while the new ones cannot be
// read, the old ones serve.
type Certificates struct {
	Cert, Key string
	CA        string // "": clients have no certificates
	Require   bool   // a client without one is refused

	// mu guards what was read: every handshake looks.
	mu     sync.Mutex
	seen   [3]time.Time
	config *tls.Config
}

// Load reads the files, for whoever wants to know now whether they can be read.
func (c *Certificates) Load() error {
	_, err := c.current()
	return err
}

// TLS is the configuration of a listener.
func (c *Certificates) TLS() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2"},
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			return c.current()
		},
	}
}

func (c *Certificates) current() (*tls.Config, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var seen [3]time.Time
	for i, path := range []string{c.Cert, c.Key, c.CA} {
		if path == "" {
			continue
		}
		st, err := os.Stat(path)
		if err != nil {
			return c.old(err)
		}
		seen[i] = st.ModTime()
	}
	if c.config != nil && seen == c.seen {
		return c.config, nil
	}
	config, err := c.read()
	if err != nil {
		return c.old(err)
	}
	c.config, c.seen = config, seen
	return config, nil
}

// old is what was read before, if anything was.
func (c *Certificates) old(err error) (*tls.Config, error) {
	if c.config != nil {
		return c.config, nil
	}
	return nil, fmt.Errorf("certificates: %w", err)
}

func (c *Certificates) read() (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2"}, Certificates: []tls.Certificate{pair}}
	if c.CA == "" {
		if c.Require {
			return nil, errors.New("clients need certificates, and there is no authority to check them by")
		}
		return config, nil
	}
	text, err := os.ReadFile(c.CA)
	if err != nil {
		return nil, err
	}
	config.ClientCAs = x509.NewCertPool()
	if !config.ClientCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s has no certificate", c.CA)
	}
	config.ClientAuth = tls.VerifyClientCertIfGiven
	if c.Require {
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config, nil
}
