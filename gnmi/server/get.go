package server

import (
	"context"
	"errors"
	"fmt"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/subscribe"
)

// Get implements gpb.GNMIServer: a notification a path.
func (s *Server) Get(ctx context.Context, req *gpb.GetRequest) (*gpb.GetResponse, error) {
	ext, err := extensions(req.GetExtension(), extDepth)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(encodable(req.GetEncoding()), s.models(req.GetUseModels()), tooMany("paths", len(req.GetPath()), s.Limits.Paths)); err != nil {
		return nil, err
	}
	if _, ok := gpb.GetRequest_DataType_name[int32(req.GetType())]; !ok {
		return nil, status.Errorf(codes.InvalidArgument, "type %d is none of ALL, CONFIG, STATE and OPERATIONAL", req.GetType())
	}
	paths := req.GetPath()
	if len(paths) == 0 {
		if len(elems(req.GetPrefix())) == 0 {
			return nil, status.Error(codes.InvalidArgument, "no path")
		}
		paths = []*gpb.Path{{}}
	}
	view := subscribe.NewView(s.Store)
	out := &gpb.GetResponse{}
	for _, p := range paths {
		n, err := s.getPath(ctx, view, req, p, ext.depth)
		if err != nil {
			return nil, err
		}
		out.Notification = append(out.Notification, n)
	}
	return out, nil
}

// models refuses what we have not (GetRequest.use_models).
func (s *Server) models(wanted []*gpb.ModelData) error {
next:
	for _, w := range wanted {
		for _, o := range s.Origins {
			for _, m := range o.Models() {
				if m.GetName() == w.GetName() && (w.GetVersion() == "" || w.GetVersion() == m.GetVersion()) {
					continue next
				}
			}
		}
		return status.Errorf(codes.InvalidArgument, "model %s %s is not supported", w.GetName(), w.GetVersion())
	}
	return nil
}

func (s *Server) getPath(ctx context.Context, view origin.View, req *gpb.GetRequest, p *gpb.Path, depth int) (*gpb.Notification, error) {
	r, err := s.route(req.GetPrefix(), p)
	if err != nil {
		return nil, err
	}
	n := &gpb.Notification{Timestamp: s.Now().UnixNano(), Prefix: r.answerPrefix()}
	leaves, err := r.read(ctx, view, req.GetType(), depth)
	if err != nil {
		return nil, err
	}
	if len(leaves) == 0 {
		if hasWildcard(r.path) || req.GetType() != gpb.GetRequest_ALL {
			return n, nil
		}
		return nil, &origin.Error{Path: r.path, Code: codes.NotFound, Reason: "there is nothing"}
	}
	n.Update, err = r.updates(leaves, r.encodingOf(req.GetEncoding()))
	return n, err
}

// read takes the leaves of a path, at most depth elements below it.
func (r *route) read(ctx context.Context, view origin.View, kind gpb.GetRequest_DataType, depth int) ([]origin.Leaf, error) {
	var leaves []origin.Leaf
	err := r.origin.Read(ctx, view, origin.Query{Path: r.path, Type: kind}, func(l origin.Leaf) bool {
		if depth == 0 || len(l.Path.GetElem()) <= len(r.path.GetElem())+depth {
			leaves = append(leaves, l)
		}
		return ctx.Err() == nil
	})
	return leaves, errors.Join(err, ctx.Err())
}

// updates are leaves in an encoding: leaf by leaf, or in JSON one tree for each path that a wildcard stands for.
func (r *route) updates(leaves []origin.Leaf, e gpb.Encoding) ([]*gpb.Update, error) {
	if !isJSON(e) {
		out := make([]*gpb.Update, len(leaves))
		for i, l := range leaves {
			u, err := r.leafUpdate(l, e)
			if err != nil {
				return nil, err
			}
			out[i] = u
		}
		return out, nil
	}
	if r.style.Trees || !hasWildcard(r.path) {
		u, err := r.tree(r.path, leaves, e)
		if err != nil {
			return nil, err
		}
		return []*gpb.Update{u}, nil
	}
	var out []*gpb.Update
	for len(leaves) > 0 {
		at, n := r.expand(leaves)
		u, err := r.tree(at, leaves[:n], e)
		if err != nil {
			return nil, err
		}
		out, leaves = append(out, u), leaves[n:]
	}
	return out, nil
}

// expand is the path that the first leaf's wildcards stand for, and how many leaves are below it.
func (r *route) expand(leaves []origin.Leaf) (at *gpb.Path, n int) {
	length := len(r.path.GetElem())
	for _, e := range r.path.GetElem() {
		if e.GetName() == origin.AnyDepth { // of any length: leaf by leaf
			return leaves[0].Path, 1
		}
	}
	at = &gpb.Path{Elem: leaves[0].Path.GetElem()[:min(length, len(leaves[0].Path.GetElem()))]}
	for n = 1; n < len(leaves) && origin.Matches(at, leaves[n].Path); n++ {
		continue
	}
	return at, n
}

// extDepth and the others are the extensions that an RPC takes.
type allowed uint8

const (
	extDepth allowed = 1 << iota
	extCommit
	extArbitration
	extOwn
)

func notTaken(what string) error {
	return status.Error(codes.Unimplemented, fmt.Sprintf("extension %s is not supported here", what))
}
