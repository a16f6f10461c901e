package server

import (
	"context"
	"errors"
	"io"
	"time"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
	"github.com/hypersonic-nos/hypersonic/gnmi/subscribe"
)

// subscription is one of a request's list.
type subscription struct {
	*route
	spec      subscribe.Spec
	encoding  gpb.Encoding
	all       bool          // each sample is told, whether it differs or not
	heartbeat time.Duration // after which everything is told again; 0: never
	trees     bool
}

// The intervals of samples: what 0 means, and the least.
const (
	defaultInterval = time.Second
	leastInterval   = 100 * time.Millisecond
	targetInterval  = 10 * time.Second // where the target chooses
)

// stream is what Subscribe is called with.
type stream = grpc.BidiStreamingServer[gpb.SubscribeRequest, gpb.SubscribeResponse]

// Subscribe implements gpb.GNMIServer.
func (s *Server) Subscribe(stream stream) error {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		return status.Errorf(codes.ResourceExhausted, "%d subscriptions are open, more are not allowed", s.Limits.Streams)
	}
	req, err := stream.Recv()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	list := req.GetSubscribe()
	if list == nil {
		return status.Error(codes.InvalidArgument, "the first request of a Subscribe has a subscription list")
	}
	ext, err := extensions(req.GetExtension(), extDepth)
	if err != nil {
		return err
	}
	subs, err := s.subscriptions(list, ext.depth)
	if err != nil {
		return err
	}
	switch list.GetMode() {
	case gpb.SubscriptionList_ONCE:
		return s.once(stream, list, subs)
	case gpb.SubscriptionList_POLL:
		return s.poll(stream, list, subs)
	case gpb.SubscriptionList_STREAM:
		return s.follow(stream, list, subs)
	}
	return status.Errorf(codes.InvalidArgument, "mode %d is none of ONCE, POLL and STREAM", list.GetMode())
}

func (s *Server) subscriptions(list *gpb.SubscriptionList, depth int) ([]*subscription, error) {
	err := errors.Join(encodable(list.GetEncoding()), s.models(list.GetUseModels()),
		tooMany("subscriptions", len(list.GetSubscription()), s.Limits.Subscriptions))
	if err != nil {
		return nil, err
	}
	if list.GetAllowAggregation() {
		s.Log.Debug("aggregation is allowed, and not used")
	}
	if len(list.GetSubscription()) == 0 {
		return nil, status.Error(codes.InvalidArgument, "no subscription")
	}
	out := make([]*subscription, len(list.GetSubscription()))
	for i, sub := range list.GetSubscription() {
		if out[i], err = s.subscription(list, sub, depth); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Server) subscription(list *gpb.SubscriptionList, sub *gpb.Subscription, depth int) (*subscription, error) {
	r, err := s.route(list.GetPrefix(), sub.GetPath())
	if err != nil {
		return nil, err
	}
	x := &subscription{route: r, encoding: r.encodingOf(list.GetEncoding())}
	x.trees = r.style.Trees && isJSON(x.encoding)
	x.spec = subscribe.Spec{Origin: r.origin, Query: origin.Query{Path: r.path}, Depth: depth, Trees: x.trees}
	if sub.GetSampleInterval() > uint64(maxInterval) || sub.GetHeartbeatInterval() > uint64(maxInterval) {
		return nil, x.bad("has an interval of more than a day")
	}
	if list.GetMode() != gpb.SubscriptionList_STREAM {
		return x, nil
	}
	return x, x.pace(sub)
}

// maxInterval is more than anybody means who counts in nanoseconds.
const maxInterval = 24 * time.Hour

func (x *subscription) bad(reason string) error {
	return &origin.Error{Path: x.path, Code: codes.InvalidArgument, Reason: reason}
}

// pace chooses when a path of a stream is told.
func (x *subscription) pace(sub *gpb.Subscription) error {
	interval := time.Duration(sub.GetSampleInterval())
	x.heartbeat = time.Duration(sub.GetHeartbeatInterval())
	if x.heartbeat > 0 && x.heartbeat < leastInterval {
		return x.bad("has a heartbeat interval below " + leastInterval.String())
	}
	mode := sub.GetMode()
	if mode == gpb.SubscriptionMode_TARGET_DEFINED {
		w, err := x.origin.Watch(x.spec.Query)
		if err != nil {
			return err
		}
		if mode = gpb.SubscriptionMode_ON_CHANGE; w.Sampled() {
			mode = gpb.SubscriptionMode_SAMPLE
			if interval == 0 {
				interval = targetInterval
			}
		}
	}
	switch mode {
	case gpb.SubscriptionMode_ON_CHANGE:
		return nil
	case gpb.SubscriptionMode_SAMPLE:
		if interval == 0 {
			interval = defaultInterval
		}
		if interval < leastInterval {
			return x.bad("has a sample interval below " + leastInterval.String())
		}
		x.spec.Interval, x.all = interval, !sub.GetSuppressRedundant()
		if x.all {
			x.heartbeat = 0 // every sample is told anyway
		}
		return nil
	}
	return x.bad("has a mode that is none of TARGET_DEFINED, ON_CHANGE and SAMPLE")
}

// once tells all that is there, and ends.
func (s *Server) once(stream stream, list *gpb.SubscriptionList, subs []*subscription) error {
	out := s.sender(stream, subs)
	if err := s.round(stream.Context(), out, list); err != nil {
		return err
	}
	return out.sync()
}

// round reads and tells all subscriptions, unless only updates are wanted.
func (s *Server) round(ctx context.Context, out *sender, list *gpb.SubscriptionList) error {
	if list.GetUpdatesOnly() {
		return nil
	}
	view := subscribe.NewView(s.Store)
	for _, x := range out.subs {
		leaves, err := x.read(ctx, view, gpb.GetRequest_ALL, x.spec.Depth)
		if err != nil {
			return err
		}
		if err := out.leaves(x, leaves, s.Now().UnixNano()); err != nil {
			return err
		}
	}
	return nil
}

// poll tells all that is there whenever the client asks.
func (s *Server) poll(stream stream, list *gpb.SubscriptionList, subs []*subscription) error {
	out := s.sender(stream, subs)
	for {
		req, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if req.GetPoll() == nil {
			return status.Error(codes.InvalidArgument, "only polls may follow the subscription list of mode POLL")
		}
		if err := s.round(stream.Context(), out, list); err != nil {
			return err
		}
		if err := out.sync(); err != nil {
			return err
		}
	}
}
