package gnoi

import (
	"context"
	"errors"
	"math"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/openconfig/gnoi/system"
	"github.com/openconfig/gnoi/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Limits and defaults of Ping and Traceroute.
const (
	defaultCount = 5
	maxCount     = 10_000
	maxSize      = 65_000
	defaultPause = time.Second
	leastPause   = 10 * time.Millisecond
	defaultWait  = 2 * time.Second
	defaultSize  = 56
	defaultHops  = 30
)

// target finds the address of a destination.
func target(ctx context.Context, destination string, want types.L3Protocol) (netip.Addr, error) {
	if destination == "" {
		return netip.Addr{}, status.Error(codes.InvalidArgument, "no destination")
	}
	fits := func(a netip.Addr) bool {
		return want == types.L3Protocol_UNSPECIFIED || a.Is4() == (want == types.L3Protocol_IPV4)
	}
	if a, err := netip.ParseAddr(destination); err == nil {
		if !fits(a) {
			return a, status.Errorf(codes.InvalidArgument, "%s is not an address of %s", destination, want)
		}
		return a.Unmap(), nil
	}
	list, err := new(net.Resolver).LookupNetIP(ctx, "ip", destination)
	if err != nil {
		return netip.Addr{}, status.Error(codes.NotFound, err.Error())
	}
	for _, a := range list {
		if a = a.Unmap(); fits(a) {
			return a, nil
		}
	}
	return netip.Addr{}, status.Errorf(codes.NotFound, "%s has no address of %s", destination, want)
}

func duration(ns int64, standard time.Duration) time.Duration {
	if ns <= 0 {
		return standard
	}
	return time.Duration(ns)
}

// Ping implements system.SystemServer: an answer for each echo, and a summary at the end.
func (s *systemServer) Ping(req *system.PingRequest, stream grpc.ServerStreamingServer[system.PingResponse]) error {
	ctx := stream.Context()
	to, err := target(ctx, req.GetDestination(), req.GetL3Protocol())
	if err != nil {
		return err
	}
	count, size := int(req.GetCount()), int(req.GetSize())
	if count == 0 {
		count = defaultCount
	}
	if size == 0 {
		size = defaultSize
	}
	if count < 0 || count > maxCount || size < 8 || size > maxSize {
		return status.Errorf(codes.InvalidArgument, "count is from 1 to %d, and size from 8 to %d", maxCount, maxSize)
	}
	p, err := openProbe(to, req.GetSource(), vrfDevice(req.GetNetworkInstance()), req.GetDoNotFragment())
	if err != nil {
		return probeError(err)
	}
	defer p.close()
	wait, pause := duration(req.GetWait(), defaultWait), max(duration(req.GetInterval(), defaultPause), leastPause)
	sum := &summary{}
	for n := range count {
		if n > 0 {
			if err := sleep(ctx, pause); err != nil {
				return err
			}
		}
		sum.sent++
		r, err := p.echo(ctx, n+1, size, wait)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			continue
		}
		if err != nil {
			return probeError(err)
		}
		if !r.final {
			continue
		}
		sum.add(r.rtt)
		err = stream.Send(&system.PingResponse{
			Source: r.from.String(), Time: int64(r.rtt), Bytes: int32(r.bytes), Sequence: int32(n + 1), Ttl: int32(r.ttl),
		})
		if err != nil {
			return err
		}
	}
	return stream.Send(sum.response(to))
}

// sleep waits unless the client goes.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func probeError(err error) error {
	if _, is := status.FromError(err); is {
		return err
	}
	if errors.Is(err, os.ErrPermission) {
		return status.Error(codes.PermissionDenied, err.Error())
	}
	return status.Error(codes.Unavailable, err.Error())
}

// vrfDevice is the kernel's device of a network instance; the default has none.
func vrfDevice(instance string) string {
	if instance == "default" || instance == "DEFAULT" {
		return ""
	}
	return instance
}

type summary struct {
	sent, received int
	least, most    time.Duration
	total, squares float64
}

func (s *summary) add(d time.Duration) {
	if s.received == 0 || d < s.least {
		s.least = d
	}
	s.received++
	s.most = max(s.most, d)
	s.total += float64(d)
	s.squares += float64(d) * float64(d)
}

func (s *summary) response(to netip.Addr) *system.PingResponse {
	out := &system.PingResponse{Source: to.String(), Sent: int32(s.sent), Received: int32(s.received), MinTime: int64(s.least), MaxTime: int64(s.most)}
	if n := float64(s.received); n > 0 {
		mean := s.total / n
		out.AvgTime = int64(mean)
		out.StdDev = int64(math.Sqrt(max(0, s.squares/n-mean*mean)))
	}
	return out
}

// Traceroute implements system.SystemServer with echo requests.
func (s *systemServer) Traceroute(req *system.TracerouteRequest, stream grpc.ServerStreamingServer[system.TracerouteResponse]) error {
	ctx := stream.Context()
	if req.GetL4Protocol() != system.TracerouteRequest_ICMP {
		return status.Errorf(codes.Unimplemented, "protocol %s: only ICMP", req.GetL4Protocol())
	}
	to, err := target(ctx, req.GetDestination(), req.GetL3Protocol())
	if err != nil {
		return err
	}
	first, last := int(req.GetInitialTtl()), int(req.GetMaxTtl())
	if first == 0 {
		first = 1
	}
	if last == 0 {
		last = defaultHops
	}
	if first > 255 || last < first || last > 255 {
		return status.Error(codes.InvalidArgument, "initial_ttl and max_ttl are from 1 to 255, and the second is not the lesser")
	}
	p, err := openProbe(to, req.GetSource(), vrfDevice(req.GetNetworkInstance()), req.GetDoNotFragment())
	if err != nil {
		return probeError(err)
	}
	defer p.close()
	err = stream.Send(&system.TracerouteResponse{DestinationName: req.GetDestination(), DestinationAddress: to.String(), Hops: int32(last), PacketSize: defaultSize})
	if err != nil {
		return err
	}
	for hop := first; hop <= last; hop++ {
		if err := p.hops(hop); err != nil {
			return probeError(err)
		}
		r, err := p.echo(ctx, hop, defaultSize, duration(req.GetWait(), defaultWait))
		out := &system.TracerouteResponse{Hop: int32(hop)}
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			out.State = system.TracerouteResponse_NONE
		case err != nil:
			return probeError(err)
		default:
			out.Address, out.Rtt, out.State, out.IcmpCode = r.from.String(), int64(r.rtt), r.state, int32(r.code)
		}
		if err := stream.Send(out); err != nil {
			return err
		}
		if err == nil && (r.final || r.state != system.TracerouteResponse_DEFAULT) {
			return nil
		}
	}
	return nil
}
