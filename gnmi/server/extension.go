package server

import (
	"strings"

	"github.com/openconfig/gnmi/proto/gnmi_ext"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hypersonic-nos/hypersonic/gnmi/transaction"
)

// extended is what the extensions of a request ask for.
type extended struct {
	depth    int
	commit   *transaction.Commit
	role     string
	election *transaction.Election
	own      []string
}

// The words of our own extension: a registered extension with the experimental id whose message is words, or the metadata setOptions with the same.
const (
	dryRun     = "dry-run"
	untilASIC  = "asic"
	setOptions = "x-hypersonic-set"
)

// extensions reads the extensions that an RPC takes. Others are refused: who sends one wants what it says.
func extensions(list []*gnmi_ext.Extension, take allowed) (x extended, err error) {
	for _, e := range list {
		switch e := e.GetExt().(type) {
		case *gnmi_ext.Extension_Depth:
			if take&extDepth == 0 {
				return x, notTaken("depth")
			}
			x.depth = int(e.Depth.GetLevel())
		case *gnmi_ext.Extension_Commit:
			if take&extCommit == 0 {
				return x, notTaken("commit")
			}
			if x.commit != nil {
				return x, status.Error(codes.InvalidArgument, "two commit extensions")
			}
			if x.commit, err = commit(e.Commit); err != nil {
				return x, err
			}
		case *gnmi_ext.Extension_MasterArbitration:
			if take&extArbitration == 0 {
				return x, notTaken("master arbitration")
			}
			id := e.MasterArbitration.GetElectionId()
			if id == nil {
				return x, status.Error(codes.InvalidArgument, "master arbitration without an election id")
			}
			x.role = e.MasterArbitration.GetRole().GetId()
			x.election = &transaction.Election{High: id.GetHigh(), Low: id.GetLow()}
		case *gnmi_ext.Extension_RegisteredExt:
			if take&extOwn == 0 || e.RegisteredExt.GetId() != gnmi_ext.ExtensionID_EID_EXPERIMENTAL {
				return x, notTaken("registered " + e.RegisteredExt.GetId().String())
			}
			x.own = append(x.own, string(e.RegisteredExt.GetMsg()))
		case *gnmi_ext.Extension_History:
			return x, notTaken("history")
		case *gnmi_ext.Extension_ConfigSubscription:
			return x, notTaken("config-subscription")
		default:
			return x, status.Errorf(codes.Unimplemented, "an extension that is not known (%T)", e)
		}
	}
	return x, nil
}

func commit(c *gnmi_ext.Commit) (*transaction.Commit, error) {
	out := &transaction.Commit{ID: c.GetId()}
	switch a := c.GetAction().(type) {
	case *gnmi_ext.Commit_Commit:
		out.Duration = a.Commit.GetRollbackDuration().AsDuration()
	case *gnmi_ext.Commit_Confirm:
		out.Action = transaction.Confirm
	case *gnmi_ext.Commit_Cancel:
		out.Action = transaction.Cancel
	case *gnmi_ext.Commit_SetRollbackDuration:
		out.Action, out.Duration = transaction.SetDuration, a.SetRollbackDuration.GetRollbackDuration().AsDuration()
	default:
		return nil, status.Error(codes.InvalidArgument, "the commit extension has no action")
	}
	return out, nil
}

// options reads the words of our own extension.
func (x extended) options(metadata []string) (dry, wait bool, err error) {
	for _, text := range append(x.own, metadata...) {
		for word := range strings.SplitSeq(text, ",") {
			switch strings.TrimSpace(word) {
			case "":
			case dryRun:
				dry = true
			case untilASIC:
				wait = true
			default:
				return false, false, status.Errorf(codes.InvalidArgument, "%q is none of the words %s and %s", word, dryRun, untilASIC)
			}
		}
	}
	return dry, wait, nil
}
