package sairedis

import (
	"context"
	"fmt"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/objects"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis/wire"
)

// Load implements objects.Names.
func (c *Client) Load(ctx context.Context) ([]objects.Named, error) {
	hashes, err := c.raw.Hashes(ctx, []string{wire.Names})
	if err != nil {
		return nil, fmt.Errorf("natural keys: %w", err)
	}
	names := make([]objects.Named, 0, len(hashes[0]))
	for _, f := range hashes[0] {
		oid, err := sai.ParseOID(f.Name)
		if err != nil {
			c.log.Warn("natural key ignored", "object", f.Name, "key", f.Value, "error", err)
			continue
		}
		names = append(names, objects.Named{OID: oid, Key: f.Value})
	}
	return names, nil
}

// Store implements objects.Names. The names go out together with the next command, ahead of it: either both are there or neither is.
func (c *Client) Store(_ context.Context, n []objects.Named) error {
	if len(n) == 0 {
		return nil
	}
	fields := make([]db.Field, len(n))
	for i := range n {
		fields[i] = db.Field{Name: n[i].OID.String(), Value: n[i].Key}
	}
	c.names = append(c.names, db.RawWrite{Key: wire.Names, Fields: fields})
	return nil
}

// Delete implements objects.Names.
func (c *Client) Delete(ctx context.Context, oids []sai.OID) error {
	if len(oids) == 0 {
		return nil
	}
	remove := make([]string, len(oids))
	for i, o := range oids {
		remove[i] = o.String()
	}
	if err := c.raw.Write(ctx, []db.RawWrite{{Key: wire.Names, Remove: remove}}); err != nil {
		return fmt.Errorf("natural keys: %w", err)
	}
	return nil
}

// Allocate implements objects.Allocator.
func (c *Client) Allocate(ctx context.Context, t sai.ObjectType, n int) ([]sai.OID, error) {
	vids, err := c.vids.Allocate(ctx, 0, t, n)
	if err != nil {
		return nil, fmt.Errorf("sairedis: %w", err)
	}
	return vids, nil
}
