package gnoi

import (
	"context"

	"github.com/openconfig/gnoi/factory_reset"
	gos "github.com/openconfig/gnoi/os"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/db"
)

type dbChange = db.Change

// software is gnoi.os.OS. The software of a container is its image, which the machine below exchanges: only what runs can be told.
type software struct {
	gos.UnimplementedOSServer
	Config
}

// Verify implements gos.OSServer.
func (s *software) Verify(context.Context, *gos.VerifyRequest) (*gos.VerifyResponse, error) {
	return &gos.VerifyResponse{Version: s.Version()}, nil
}

// Activate implements gos.OSServer: of the version that runs, as the specification has it, it does nothing.
func (s *software) Activate(_ context.Context, req *gos.ActivateRequest) (*gos.ActivateResponse, error) {
	if req.GetVersion() != s.Version() {
		return &gos.ActivateResponse{Response: &gos.ActivateResponse_ActivateError{ActivateError: &gos.ActivateError{
			Type: gos.ActivateError_NON_EXISTENT_VERSION, Detail: "the image is exchanged outside, by who runs the container",
		}}}, nil
	}
	return &gos.ActivateResponse{Response: &gos.ActivateResponse_ActivateOk{ActivateOk: &gos.ActivateOK{}}}, nil
}

// reset is gnoi.factory_reset.FactoryReset.
type reset struct {
	factory_reset.UnimplementedFactoryResetServer
	Config
}

// Start implements factory_reset.FactoryResetServer: the configuration goes, and the switch starts cold as a new one.
func (s *reset) Start(ctx context.Context, req *factory_reset.StartRequest) (*factory_reset.StartResponse, error) {
	refused := &factory_reset.ResetError{FactoryOsUnsupported: req.GetFactoryOs(), ZeroFillUnsupported: req.GetZeroFill()}
	if refused.GetFactoryOsUnsupported() || refused.GetZeroFillUnsupported() {
		return &factory_reset.StartResponse{Response: &factory_reset.StartResponse_ResetError{ResetError: refused}}, nil
	}
	if err := s.Reset(ctx, req.GetRetainCerts()); err != nil {
		return nil, status.Error(codes.Internal, err.Error())
	}
	s.Group.Go(func() error {
		newSystem(s.Config).later(s.Ctx)
		return nil
	})
	return &factory_reset.StartResponse{Response: &factory_reset.StartResponse_ResetSuccess{ResetSuccess: &factory_reset.ResetSuccess{}}}, nil
}
