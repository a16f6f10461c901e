package daemon

import (
	"context"
	"io"
	"path/filepath"

	"github.com/hypersonic-nos/hypersonic/orchagent"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/sai/record"
	"github.com/hypersonic-nos/hypersonic/sai/sairedis"
)

// recordingSize bounds each of the two halves of a recording, bytes.
const recordingSize = 32 << 20

// channel is orchagent's way to syncd: as it is, or with all that passes recorded in sairedis.rec (sonic-contract 2.13).
type channel struct {
	api   sai.Pipeline
	views orchagent.Views
	heard func(sai.Notification)
	file  io.Closer
}

// Close implements io.Closer: it ends the recording, and leaves the client open.
func (c channel) Close() error { return c.file.Close() }

func openChannel(env Env, client *sairedis.Client) (channel, error) {
	if !env.Record {
		return channel{api: client, views: client, heard: func(sai.Notification) {}, file: io.NopCloser(nil)}, nil
	}
	path := filepath.Join(env.SwssLog(), "sairedis.rec")
	f, err := record.Open(path, recordingSize)
	if err != nil {
		return channel{}, err
	}
	r := record.NewPipeline(client, f, nil)
	r.Comment("recording on: " + path)
	return channel{api: r, views: recordedViews{client, r}, heard: r.Notification, file: f}, nil
}

// recordedViews records the requests for views.
type recordedViews struct {
	views orchagent.Views
	rec   *record.Pipeline
}

// InitView implements orchagent.Views.
func (v recordedViews) InitView(ctx context.Context) sai.Status {
	return v.rec.Notify("INIT_VIEW", func() sai.Status { return v.views.InitView(ctx) })
}

// ApplyView implements orchagent.Views.
func (v recordedViews) ApplyView(ctx context.Context) sai.Status {
	return v.rec.Notify("APPLY_VIEW", func() sai.Status { return v.views.ApplyView(ctx) })
}
