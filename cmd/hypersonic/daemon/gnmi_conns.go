package daemon

import (
	"net"
	"sync"
)

// ownedListener closes what it has accepted when it is told: a connection that never said a word is unknown to gRPC, which would wait for it.
type ownedListener struct {
	net.Listener

	// mu guards conns: gRPC accepts and closes in its own goroutines.
	mu    sync.Mutex
	conns map[*ownedConn]struct{}
}

func own(ln net.Listener) *ownedListener {
	return &ownedListener{Listener: ln, conns: map[*ownedConn]struct{}{}}
}

// Accept implements net.Listener.
func (l *ownedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	o := &ownedConn{Conn: c, of: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns[o] = struct{}{}
	return o, nil
}

// hangUp closes all connections.
func (l *ownedListener) hangUp() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		_ = c.Conn.Close()
	}
}

type ownedConn struct {
	net.Conn
	of *ownedListener
}

// Close implements net.Conn.
func (c *ownedConn) Close() error {
	c.of.mu.Lock()
	delete(c.of.conns, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}
