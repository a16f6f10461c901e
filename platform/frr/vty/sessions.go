package vty

import (
	"context"
	"path/filepath"

	"github.com/hypersonic-nos/hypersonic/platform/frr"
)

// Sessions asks the bgpd that has its socket in a directory, on a connection of its own: it is idle most of the time.
func Sessions(ctx context.Context, dir string) ([]frr.Session, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	c, err := Dial(ctx, filepath.Join(dir, "bgpd.vty"))
	if err != nil {
		return nil, err
	}
	defer c.Close()
	text, err := c.Run(ctx, frr.SessionsCommand)
	if err != nil {
		return nil, err
	}
	return frr.ParseSessions([]byte(text))
}
