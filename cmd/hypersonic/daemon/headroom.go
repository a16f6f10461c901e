package daemon

import (
	"context"
	"errors"
	"io/fs"

	"github.com/hypersonic-nos/hypersonic/db"
	"github.com/hypersonic-nos/hypersonic/platform/hwsku"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// tellHeadroom writes what the HwSKU knows of lossless traffic to facts. A HwSKU without the file has none, and a file that is no good is told and
// counts as none.
func tellHeadroom(ctx context.Context, env Env, facts db.Store) error {
	lines, err := hwsku.LoadHeadroom(env.HwSKU())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		env.Log.Warn("lossless profiles", "err", err)
		return nil
	}
	writes := make([]db.Write, len(lines))
	for i, h := range lines {
		writes[i] = tables.FactPgProfile.Set(tables.PgProfileKey{Speed: h.Speed, Cable: h.Cable}, tables.PgProfileFact{
			Size: h.Size, Xon: h.Xon, Xoff: h.Xoff, XonOffset: h.XonOffset, Threshold: h.Threshold,
		})
	}
	return facts.Write(ctx, writes)
}
