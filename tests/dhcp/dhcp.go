// Package dhcp is servers and clients of DHCP for tests, of another implementation than the switch's relay: github.com/insomniacslk/dhcp.
package dhcp

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/insomniacslk/dhcp/dhcpv4/nclient4"
	"github.com/insomniacslk/dhcp/dhcpv6"
	"github.com/insomniacslk/dhcp/dhcpv6/nclient6"

	"github.com/hypersonic-nos/hypersonic/tests/netns"
)

// Suboptions of the option of relay agents (RFC 3046).
const circuitID, remoteID = 1, 2

// attempt is how long a client waits for an answer before it asks again, and attempts how often it asks.
const (
	attempt  = 2 * time.Second
	attempts = 10
)

// Told is what a relay has told a server of a client.
type Told struct{ Circuit, Remote, Link, MAC string }

// Serve4 has a host offer one address to everybody whose request came by a relay. What the relay told is in the channel, once for each request.
func Serve4(t *testing.T, n *netns.NS, address, offer string) <-chan Told {
	told := make(chan Told, 64)
	serve(t, n, "udp4", net.JoinHostPort(address, "67"), func(b []byte) ([]byte, *net.UDPAddr, error) {
		request, err := dhcpv4.FromBytes(b)
		if err != nil || request.GatewayIPAddr.IsUnspecified() {
			return nil, nil, err
		}
		info := request.RelayAgentInfo()
		note(told, Told{
			Circuit: string(info.Get(dhcpv4.GenericOptionCode(circuitID))), Remote: string(info.Get(dhcpv4.GenericOptionCode(remoteID))),
			Link: request.GatewayIPAddr.String(), MAC: request.ClientHWAddr.String(),
		})
		answer := dhcpv4.MessageTypeOffer
		if request.MessageType() == dhcpv4.MessageTypeRequest {
			answer = dhcpv4.MessageTypeAck
		}
		reply, err := dhcpv4.NewReplyFromRequest(request, dhcpv4.WithMessageType(answer), dhcpv4.WithYourIP(net.ParseIP(offer)),
			dhcpv4.WithOption(dhcpv4.OptServerIdentifier(net.ParseIP(address))),
			dhcpv4.WithOption(dhcpv4.OptGeneric(dhcpv4.OptionRelayAgentInformation, request.Options.Get(dhcpv4.OptionRelayAgentInformation))))
		if err != nil {
			return nil, nil, err
		}
		return reply.ToBytes(), &net.UDPAddr{IP: request.GatewayIPAddr, Port: 67}, nil
	})
	return told
}

// Serve6 has a host offer one address to everybody whose message came by a relay.
func Serve6(t *testing.T, n *netns.NS, address, offer string) <-chan Told {
	told := make(chan Told, 64)
	serve(t, n, "udp6", net.JoinHostPort(address, "547"), func(b []byte) ([]byte, *net.UDPAddr, error) {
		relay, err := dhcpv6.RelayMessageFromBytes(b)
		if err != nil {
			return nil, nil, err
		}
		_, mac := relay.Options.ClientLinkLayerAddress()
		note(told, Told{Circuit: string(relay.Options.InterfaceID()), Link: relay.LinkAddr.String(), MAC: mac.String()})
		solicit, err := relay.GetInnerMessage()
		if err != nil {
			return nil, nil, err
		}
		advertise, err := dhcpv6.NewAdvertiseFromSolicit(solicit, dhcpv6.WithServerID(&dhcpv6.DUIDLL{HWType: 1, LinkLayerAddr: net.HardwareAddr{2, 0, 0, 0, 0, 1}}),
			dhcpv6.WithIANA(dhcpv6.OptIAAddress{IPv6Addr: net.ParseIP(offer)}))
		if err != nil {
			return nil, nil, err
		}
		reply, err := dhcpv6.NewRelayReplFromRelayForw(relay, advertise)
		if err != nil {
			return nil, nil, err
		}
		return reply.ToBytes(), &net.UDPAddr{IP: relay.LinkAddr, Port: 547}, nil
	})
	return told
}

func note(to chan<- Told, what Told) {
	select {
	case to <- what:
	default: // nobody looks
	}
}

func serve(t *testing.T, n *netns.NS, network, address string, answer func([]byte) ([]byte, *net.UDPAddr, error)) {
	t.Helper()
	var conn net.PacketConn
	err := n.Do(func() (err error) {
		var l net.ListenConfig
		conn, err = l.ListenPacket(t.Context(), network, address)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b := make([]byte, 4096)
		for {
			size, _, err := conn.ReadFrom(b)
			if err != nil {
				return
			}
			out, to, err := answer(b[:size])
			if err != nil {
				t.Errorf("server %s: %v", address, err)
			}
			if out != nil {
				_, _ = conn.WriteTo(out, to) // a client that is not answered asks again
			}
		}
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
}

// Lease4 has a host get an address on a netdev.
func Lease4(ctx context.Context, n *netns.NS, link string) (ack *dhcpv4.DHCPv4, err error) {
	err = n.Do(func() error {
		c, err := nclient4.New(link, nclient4.WithTimeout(attempt), nclient4.WithRetry(attempts))
		if err != nil {
			return fmt.Errorf("client of DHCP: %w", err)
		}
		defer func() { _ = c.Close() }()
		lease, err := c.Request(ctx)
		if err == nil {
			ack = lease.ACK
		}
		return err
	})
	return ack, err
}

// Solicit6 has a host be offered an IPv6 address on a netdev: it is empty if the offer has none.
func Solicit6(ctx context.Context, n *netns.NS, link string) (offered string, err error) {
	err = n.Do(func() error {
		c, err := nclient6.New(link, nclient6.WithTimeout(attempt), nclient6.WithRetry(attempts))
		if err != nil {
			return fmt.Errorf("client of DHCPv6: %w", err)
		}
		defer func() { _ = c.Close() }()
		advertise, err := c.Solicit(ctx)
		if err != nil {
			return err
		}
		if ia := advertise.Options.OneIANA(); ia != nil && ia.Options.OneAddress() != nil {
			offered = ia.Options.OneAddress().IPv6Addr.String()
		}
		return nil
	})
	return offered, err
}
