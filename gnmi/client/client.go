// Package client is a gNMI client for a quick look: `hypersonic gnmi get|set|subscribe|capabilities`. For more there is gnmic.
package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	gpb "github.com/openconfig/gnmi/proto/gnmi"
	"github.com/openconfig/gnmi/proto/gnmi_ext"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/hypersonic-nos/hypersonic/gnmi/origin"
)

// Options say whom to speak to and how.
type Options struct {
	Address            string // host:port, or unix:PATH
	Username, Password string
	Insecure           bool   // plaintext
	SkipVerify         bool   // TLS with whoever answers
	CA, Cert, Key      string // files
	Target, Encoding   string
}

// Client is a connection.
type Client struct {
	gpb.GNMIClient
	conn     *grpc.ClientConn
	options  Options
	encoding gpb.Encoding
	out      io.Writer
}

// New connects when the first call needs it, and prints answers to out.
func New(o Options, out io.Writer) (*Client, error) {
	encoding, ok := gpb.Encoding_value[strings.ToUpper(o.Encoding)]
	if !ok {
		return nil, fmt.Errorf("encoding %q is none of json, json_ietf, proto and ascii", o.Encoding)
	}
	creds, err := o.credentials()
	if err != nil {
		return nil, err
	}
	conn, err := grpc.NewClient(o.Address, grpc.WithTransportCredentials(creds), grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(256<<20)))
	if err != nil {
		return nil, err
	}
	return &Client{GNMIClient: gpb.NewGNMIClient(conn), conn: conn, options: o, encoding: gpb.Encoding(encoding), out: out}, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

func (o Options) credentials() (credentials.TransportCredentials, error) {
	if o.Insecure || strings.HasPrefix(o.Address, "unix:") {
		return insecure.NewCredentials(), nil
	}
	config := &tls.Config{InsecureSkipVerify: o.SkipVerify} //nolint:gosec // on request
	if o.CA != "" {
		text, err := os.ReadFile(o.CA)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s has no certificate", o.CA)
		}
	}
	if o.Cert != "" {
		pair, err := tls.LoadX509KeyPair(o.Cert, o.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return credentials.NewTLS(config), nil
}

func (c *Client) context(ctx context.Context) context.Context {
	if c.options.Username == "" {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, "username", c.options.Username, "password", c.options.Password)
}

func (c *Client) prefix() *gpb.Path {
	if c.options.Target == "" {
		return nil
	}
	return &gpb.Path{Target: c.options.Target}
}

// Capabilities prints what the server speaks.
func (c *Client) Capabilities(ctx context.Context) error {
	r, err := c.GNMIClient.Capabilities(c.context(ctx), &gpb.CapabilityRequest{})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "gNMI %s, encodings %v\n", r.GetGNMIVersion(), r.GetSupportedEncodings())
	for _, m := range r.GetSupportedModels() {
		fmt.Fprintf(c.out, "%s %s %s\n", m.GetName(), m.GetVersion(), m.GetOrganization())
	}
	return nil
}

// Get prints what is at paths. kind is all, config, state or operational.
func (c *Client) Get(ctx context.Context, kind string, depth uint32, paths []string) error {
	t, ok := gpb.GetRequest_DataType_value[strings.ToUpper(kind)]
	if !ok {
		return fmt.Errorf("type %q is none of all, config, state and operational", kind)
	}
	req := &gpb.GetRequest{Prefix: c.prefix(), Type: gpb.GetRequest_DataType(t), Encoding: c.encoding}
	if depth > 0 {
		req.Extension = []*gnmi_ext.Extension{{Ext: &gnmi_ext.Extension_Depth{Depth: &gnmi_ext.Depth{Level: depth}}}}
	}
	for _, text := range paths {
		p, err := origin.Parse(text)
		if err != nil {
			return err
		}
		req.Path = append(req.Path, p)
	}
	r, err := c.GNMIClient.Get(c.context(ctx), req)
	if err != nil {
		return err
	}
	for _, n := range r.GetNotification() {
		c.print(n)
	}
	return nil
}

// Changes are the paths of a Set; those that have values are PATH=VALUE, where the value is JSON, or else a string.
type Changes struct {
	Delete, Replace, Update []string
	Options                 []string // words of the server's own extension: dry-run, asic
}

// Set sends changes.
func (c *Client) Set(ctx context.Context, x Changes) error {
	req := &gpb.SetRequest{Prefix: c.prefix()}
	for _, text := range x.Delete {
		p, err := origin.Parse(text)
		if err != nil {
			return err
		}
		req.Delete = append(req.Delete, p)
	}
	var err error
	if req.Replace, err = updates(x.Replace); err != nil {
		return err
	}
	if req.Update, err = updates(x.Update); err != nil {
		return err
	}
	if len(x.Options) > 0 {
		req.Extension = []*gnmi_ext.Extension{{Ext: &gnmi_ext.Extension_RegisteredExt{RegisteredExt: &gnmi_ext.RegisteredExtension{
			Id: gnmi_ext.ExtensionID_EID_EXPERIMENTAL, Msg: []byte(strings.Join(x.Options, ",")),
		}}}}
	}
	r, err := c.GNMIClient.Set(c.context(ctx), req)
	if err != nil {
		return err
	}
	for _, u := range r.GetResponse() {
		fmt.Fprintf(c.out, "%s %s\n", u.GetOp(), origin.Text(u.GetPath()))
	}
	return nil
}

func updates(list []string) (out []*gpb.Update, err error) {
	for _, text := range list {
		path, value, ok := cutValue(text)
		if !ok {
			return nil, fmt.Errorf("%q is not PATH=VALUE", text)
		}
		p, err := origin.Parse(path)
		if err != nil {
			return nil, err
		}
		if !json.Valid([]byte(value)) {
			quoted, err := json.Marshal(value)
			if err != nil {
				return nil, err
			}
			value = string(quoted)
		}
		out = append(out, &gpb.Update{Path: p, Val: &gpb.TypedValue{Value: &gpb.TypedValue_JsonIetfVal{JsonIetfVal: []byte(value)}}})
	}
	return out, nil
}

// cutValue finds the first = that is not in a key.
func cutValue(text string) (path, value string, ok bool) {
	inKey := false
	for i := range len(text) {
		switch {
		case text[i] == '[':
			inKey = true
		case text[i] == ']':
			inKey = false
		case text[i] == '=' && !inKey:
			return text[:i], text[i+1:], true
		}
	}
	return "", "", false
}

// Follow is how a subscription is told.
type Follow struct {
	Mode        string // once, on-change, sample, target
	Interval    time.Duration
	Heartbeat   time.Duration
	Suppress    bool
	UpdatesOnly bool
}

// Subscribe prints what is at paths and then what changes, until ctx ends.
func (c *Client) Subscribe(ctx context.Context, f Follow, paths []string) error {
	list := &gpb.SubscriptionList{Prefix: c.prefix(), Encoding: c.encoding, UpdatesOnly: f.UpdatesOnly, Mode: gpb.SubscriptionList_STREAM}
	mode := gpb.SubscriptionMode_ON_CHANGE
	switch f.Mode {
	case "once":
		list.Mode = gpb.SubscriptionList_ONCE
	case "on-change":
	case "sample":
		mode = gpb.SubscriptionMode_SAMPLE
	case "target":
		mode = gpb.SubscriptionMode_TARGET_DEFINED
	default:
		return fmt.Errorf("mode %q is none of once, on-change, sample and target", f.Mode)
	}
	for _, text := range paths {
		p, err := origin.Parse(text)
		if err != nil {
			return err
		}
		list.Subscription = append(list.Subscription, &gpb.Subscription{
			Path: p, Mode: mode, SampleInterval: uint64(f.Interval), HeartbeatInterval: uint64(f.Heartbeat), SuppressRedundant: f.Suppress,
		})
	}
	stream, err := c.GNMIClient.Subscribe(c.context(ctx))
	if err != nil {
		return err
	}
	if err := stream.Send(&gpb.SubscribeRequest{Request: &gpb.SubscribeRequest_Subscribe{Subscribe: list}}); err != nil {
		return err
	}
	for {
		r, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF), ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		case r.GetSyncResponse():
			fmt.Fprintln(c.out, "synchronised")
		default:
			c.print(r.GetUpdate())
		}
	}
}

// print writes a notification: a line an update.
func (c *Client) print(n *gpb.Notification) {
	at := func(p *gpb.Path) string {
		return origin.Text(&gpb.Path{Origin: p.GetOrigin(), Elem: append(n.GetPrefix().GetElem(), p.GetElem()...)})
	}
	for _, p := range n.GetDelete() {
		fmt.Fprintf(c.out, "%s deleted\n", at(p))
	}
	for _, u := range n.GetUpdate() {
		fmt.Fprintf(c.out, "%s %s\n", at(u.GetPath()), valueText(u.GetVal()))
	}
}

func valueText(v *gpb.TypedValue) string {
	switch v := v.GetValue().(type) {
	case *gpb.TypedValue_JsonIetfVal:
		return indented(v.JsonIetfVal)
	case *gpb.TypedValue_JsonVal:
		return indented(v.JsonVal)
	case *gpb.TypedValue_StringVal:
		return v.StringVal
	case *gpb.TypedValue_AsciiVal:
		return v.AsciiVal
	}
	_, text, _ := strings.Cut(v.String(), ":")
	return text
}

func indented(text []byte) string {
	var v any
	if json.Unmarshal(text, &v) != nil {
		return string(text)
	}
	out, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return string(text)
	}
	return string(out)
}
