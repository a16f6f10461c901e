package server

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/gnmi/access"
	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Guard stands before every RPC: it asks who calls and whether that is enough, and makes a panic the end of that RPC alone.
type Guard struct {
	Policy   *access.Policy
	Needs    func(method string) access.Role
	Counters *Counters
	Log      *slog.Logger
}

// Needs is the role that a method needs. What changes the switch needs to write; what is not known too.
func Needs(method string) access.Role {
	switch method[strings.LastIndexByte(method, '/')+1:] {
	case "Capabilities", "Get", "Subscribe", "Time", "Ping", "Traceroute", "RebootStatus", "Stat", "List", "Check", "Verify",
		"ServerReflectionInfo":
		if strings.HasPrefix(method, "/gnoi.file.") && strings.HasSuffix(method, "/Get") {
			return access.ReadWrite // files hold secrets
		}
		return access.ReadOnly
	}
	return access.ReadWrite
}

// Unary is the interceptor of single calls.
func (g *Guard) Unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, next grpc.UnaryHandler) (out any, err error) {
	defer g.recover(info.FullMethod, &err)
	if err := g.admit(ctx, info.FullMethod); err != nil {
		return nil, err
	}
	out, err = next(ctx, req)
	return out, coded(err)
}

// Stream is the interceptor of streams.
func (g *Guard) Stream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
	defer g.recover(info.FullMethod, &err)
	if err := g.admit(stream.Context(), info.FullMethod); err != nil {
		return err
	}
	return coded(next(srv, stream))
}

func (g *Guard) admit(ctx context.Context, method string) error {
	who, err := g.Policy.Allow(ctx, g.Needs(method))
	if err != nil {
		g.Counters.Refused.Add(1)
		g.Log.Warn("refused", "method", method, "who", who.Name, "err", err)
	}
	return err
}

func (g *Guard) recover(method string, err *error) {
	if p := recover(); p != nil {
		g.Counters.Panics.Add(1)
		g.Log.Error("a bug ended an RPC", "method", method, "panic", p, "stack", string(debug.Stack()))
		*err = status.Error(codes.Internal, "a bug ended this call; the server's log has it")
	}
}

// coded gives errors of ours their status.
func coded(err error) error {
	if err == nil {
		return nil
	}
	if _, is := status.FromError(err); is {
		var at *origin.Error
		if !errors.As(err, &at) {
			return err
		}
	}
	return detailed(err)
}
