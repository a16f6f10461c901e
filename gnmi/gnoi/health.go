package gnoi

import (
	"context"
	"slices"
	"strings"

	"github.com/openconfig/gnoi/healthz"
	"github.com/openconfig/gnoi/types"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/hypersonic-nos/hypersonic/tables"
)

// health is gnoi.healthz.Healthz. The components are the switch's programs (STATE_DB PROCESS_STATUS); the whole is /components. Nothing is kept of the past, so
// there are no artifacts and no acknowledgements.
type health struct {
	healthz.UnimplementedHealthzServer
	Config
}

// Get implements healthz.HealthzServer.
func (s *health) Get(ctx context.Context, req *healthz.GetRequest) (*healthz.GetResponse, error) {
	c, err := s.component(ctx, req.GetPath())
	if err != nil {
		return nil, err
	}
	return &healthz.GetResponse{Component: c}, nil
}

// Check implements healthz.HealthzServer: what is known is always new.
func (s *health) Check(ctx context.Context, req *healthz.CheckRequest) (*healthz.CheckResponse, error) {
	c, err := s.component(ctx, req.GetPath())
	if err != nil {
		return nil, err
	}
	return &healthz.CheckResponse{Status: c}, nil
}

// List implements healthz.HealthzServer.
func (s *health) List(ctx context.Context, req *healthz.ListRequest) (*healthz.ListResponse, error) {
	c, err := s.component(ctx, req.GetPath())
	if err != nil {
		return nil, err
	}
	return &healthz.ListResponse{Statuses: append([]*healthz.ComponentStatus{c}, c.GetSubcomponents()...)}, nil
}

const components = "components"

func (s *health) component(ctx context.Context, p *types.Path) (*healthz.ComponentStatus, error) {
	elems := p.GetElem()
	if len(elems) == 0 || elems[0].GetName() != components || len(elems) > 2 {
		return nil, status.Error(codes.InvalidArgument, "path: /components, or /components/component[name=a program's]")
	}
	all, err := s.programs(ctx)
	if err != nil {
		return nil, status.Error(codes.Unavailable, err.Error())
	}
	if len(elems) == 2 {
		name := elems[1].GetKey()["name"]
		for _, c := range all {
			if c.GetId() == name {
				return c, nil
			}
		}
		return nil, status.Errorf(codes.NotFound, "there is no program %q", name)
	}
	whole := &healthz.ComponentStatus{
		Path: &types.Path{Elem: []*types.PathElem{{Name: components}}}, Id: components, Status: healthz.Status_STATUS_HEALTHY,
		Subcomponents: all, Created: timestamppb.New(s.Now()),
	}
	for _, c := range all {
		if c.GetStatus() == healthz.Status_STATUS_UNHEALTHY {
			whole.Status = healthz.Status_STATUS_UNHEALTHY
		}
	}
	return whole, nil
}

func (s *health) programs(ctx context.Context) ([]*healthz.ComponentStatus, error) {
	rows, err := s.Store.Read(ctx, tables.StateProcess.Schema)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b dbChange) int { return strings.Compare(a.Key, b.Key) })
	var out []*healthz.ComponentStatus
	for _, row := range rows {
		name, r, err := tables.StateProcess.Decode(row.Key, row.Fields)
		if err != nil {
			continue
		}
		c := &healthz.ComponentStatus{
			Path: &types.Path{Elem: []*types.PathElem{{Name: components}, {Name: "component", Key: map[string]string{"name": name}}}},
			Id:   name, Status: healthz.Status_STATUS_UNHEALTHY, Created: timestamppb.New(s.Now()),
		}
		if r.State == "RUNNING" || r.State == "STOPPED" {
			c.Status = healthz.Status_STATUS_HEALTHY
		}
		out = append(out, c)
	}
	return out, nil
}

// Acknowledge implements healthz.HealthzServer.
func (s *health) Acknowledge(context.Context, *healthz.AcknowledgeRequest) (*healthz.AcknowledgeResponse, error) {
	return nil, status.Error(codes.Unimplemented, "events of the past are not kept")
}
