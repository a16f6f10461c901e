package gnoi

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/openconfig/gnoi/system"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// systemServer is gnoi.system.System. Its reboots are of the switch's software: the machine below is not ours.
type systemServer struct {
	system.UnimplementedSystemServer
	Config

	// mu guards the reboot: one is asked for by an RPC, carried out beside, and looked at by others.
	mu     sync.Mutex
	reboot *reboot
	count  uint32
	last   system.RebootStatus
}

type reboot struct {
	method system.RebootMethod
	when   time.Time
	reason string
	cancel context.CancelFunc
}

func newSystem(c Config) *systemServer { return &systemServer{Config: c} }

// Time implements system.SystemServer.
func (s *systemServer) Time(context.Context, *system.TimeRequest) (*system.TimeResponse, error) {
	return &system.TimeResponse{Time: uint64(s.Now().UnixNano())}, nil
}

// maxDelay is more than anybody means who counts in nanoseconds.
const maxDelay = 7 * 24 * time.Hour

// leastDelay lets the answer go out before the server itself is begun again.
const leastDelay = 200 * time.Millisecond

// Reboot implements system.SystemServer: COLD, WARM and NSF, which is the same as WARM since forwarding never stops for it.
func (s *systemServer) Reboot(_ context.Context, req *system.RebootRequest) (*system.RebootResponse, error) {
	switch req.GetMethod() {
	case system.RebootMethod_COLD, system.RebootMethod_WARM, system.RebootMethod_NSF:
	case system.RebootMethod_UNKNOWN:
		return nil, status.Error(codes.InvalidArgument, "method: COLD, WARM or NSF")
	default:
		return nil, status.Errorf(codes.Unimplemented, "method %s: only COLD, WARM and NSF; the machine is not ours to switch off", req.GetMethod())
	}
	if len(req.GetSubcomponents()) > 0 {
		return nil, status.Error(codes.Unimplemented, "subcomponents: there are none to reboot by themselves; KillProcess restarts a program")
	}
	if req.GetDelay() > uint64(maxDelay) {
		return nil, status.Errorf(codes.InvalidArgument, "delay of more than %s", maxDelay)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reboot != nil {
		return nil, status.Error(codes.FailedPrecondition, "a reboot is under way already")
	}
	delay := max(time.Duration(req.GetDelay()), leastDelay)
	ctx, cancel := context.WithCancel(s.Ctx)
	r := &reboot{method: req.GetMethod(), when: s.Now().Add(delay), reason: req.GetMessage(), cancel: cancel}
	s.reboot = r
	s.Group.Go(func() error {
		s.carryOut(ctx, r, delay)
		return nil
	})
	return &system.RebootResponse{}, nil
}

func (s *systemServer) carryOut(ctx context.Context, r *reboot, delay time.Duration) {
	defer r.cancel()
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return
	case <-timer.C:
	}
	slog.Info("reboot", "method", r.method.String(), "reason", r.reason)
	err := s.Restart(ctx, r.method == system.RebootMethod_COLD)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reboot = nil
	s.count++
	s.last = system.RebootStatus{Status: system.RebootStatus_STATUS_SUCCESS}
	if err != nil {
		slog.Error("reboot", "err", err)
		s.last = system.RebootStatus{Status: system.RebootStatus_STATUS_FAILURE, Message: err.Error()}
	}
}

// RebootStatus implements system.SystemServer.
func (s *systemServer) RebootStatus(context.Context, *system.RebootStatusRequest) (*system.RebootStatusResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := &system.RebootStatusResponse{Count: s.count}
	if r := s.reboot; r != nil {
		out.Active, out.When, out.Reason, out.Method = true, uint64(r.when.UnixNano()), r.reason, r.method
		out.Wait = uint64(max(0, r.when.Sub(s.Now())))
		return out, nil
	}
	out.Status = &system.RebootStatus{Status: s.last.GetStatus(), Message: s.last.GetMessage()}
	return out, nil
}

// CancelReboot implements system.SystemServer.
func (s *systemServer) CancelReboot(context.Context, *system.CancelRebootRequest) (*system.CancelRebootResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reboot == nil {
		return nil, status.Error(codes.FailedPrecondition, "no reboot is under way")
	}
	if !s.Now().Before(s.reboot.when) {
		return nil, status.Error(codes.FailedPrecondition, "the reboot has begun")
	}
	s.reboot.cancel()
	s.reboot = nil
	return &system.CancelRebootResponse{}, nil
}

// KillProcess implements system.SystemServer, by the names of supervisorctl.
func (s *systemServer) KillProcess(ctx context.Context, req *system.KillProcessRequest) (*system.KillProcessResponse, error) {
	if req.GetName() == "" {
		return nil, status.Error(codes.InvalidArgument, "name: a program's, as supervisorctl status has it; process ids are not taken")
	}
	switch req.GetSignal() {
	case system.KillProcessRequest_SIGNAL_TERM, system.KillProcessRequest_SIGNAL_KILL:
	default:
		return nil, status.Errorf(codes.InvalidArgument, "signal %s: only TERM and KILL", req.GetSignal())
	}
	if err := s.Kill(ctx, req.GetName(), req.GetRestart()); err != nil {
		return nil, status.Error(codes.FailedPrecondition, fmt.Sprintf("%s: %v", req.GetName(), err))
	}
	return &system.KillProcessResponse{}, nil
}

// later starts the switch cold as soon as the answer is out.
func (s *systemServer) later(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	s.carryOut(ctx, &reboot{method: system.RebootMethod_COLD, when: s.Now(), reason: "factory reset", cancel: cancel}, leastDelay)
}
