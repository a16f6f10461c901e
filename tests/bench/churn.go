package main

import (
	"net"

	"github.com/hypersonic-nos/hypersonic/netsync/fpm"
)

// churn announces all routes again and again, each over another set every time, until it is told to stop. The socket's own back pressure keeps it at our pace.
func (n *nos) churn(c net.Conn, count int, stop <-chan struct{}) error {
	const piece = 1000
	var b []byte
	for round := 1; ; round++ {
		for i := range count {
			r := n.route(i, (scattered(i)+round)%groups, ecmp)
			var err error
			if b, err = fpm.AppendRoute(b, &r); err != nil {
				return err
			}
			if i%piece != piece-1 {
				continue
			}
			if _, err := c.Write(b); err != nil {
				return err
			}
			b = b[:0]
			select {
			case <-stop:
				return nil
			case <-n.ctx.Done():
				return n.ctx.Err()
			default:
			}
		}
	}
}
