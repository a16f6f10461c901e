package model

import (
	"github.com/hypersonic-nos/hypersonic/platform/virtual"
	"github.com/hypersonic-nos/hypersonic/sai"
)

// meter is what a policer's buckets hold, in billionths of a token, and when that was looked at.
type meter struct {
	first, second uint64
	at            uint64 // ns
}

// billion is what a token counts: so much comes in a nanosecond for each token a second.
const billion = 1_000_000_000

// police tells whether a policer lets the frame pass, by its colour, and counts it. All frames come without one. No policer lets everything pass.
func (p *pass) police(policer *object) bool {
	if policer == nil {
		return true
	}
	needs := p.f.frames() * billion
	if attr[sai.MeterType](policer, sai.PolicerAttrMeterType) == sai.MeterTypeBytes {
		needs = uint64(len(p.f.Data)) * billion
	}
	m, met := p.out.meters[policer.OID]
	if !met {
		m, met = p.s.meters[policer.OID]
	}
	color, m := color(policer, m, met, needs, p.s.now())
	if p.out.meters == nil {
		p.out.meters = map[sai.OID]meter{}
	}
	p.out.meters[policer.OID] = m
	stats := [...][2]sai.PolicerStat{
		{sai.PolicerStatGreenPackets, sai.PolicerStatGreenBytes}, {sai.PolicerStatYellowPackets, sai.PolicerStatYellowBytes},
		{sai.PolicerStatRedPackets, sai.PolicerStatRedBytes},
	}[color]
	for _, s := range []sai.PolicerStat{stats[0], sai.PolicerStatPackets} {
		p.count(policer, int32(s), p.f.frames())
	}
	for _, s := range []sai.PolicerStat{stats[1], sai.PolicerStatAttrBytes} {
		p.count(policer, int32(s), uint64(len(p.f.Data)))
	}
	action := attr[sai.PacketAction](policer, []uint16{sai.PolicerAttrGreenPacketAction, sai.PolicerAttrYellowPacketAction, sai.PolicerAttrRedPacketAction}[color])
	return action != sai.PacketActionDrop && action != sai.PacketActionDeny
}

func (s *State) now() uint64 {
	if s.Now == nil {
		return 0
	}
	return s.Now()
}

// color is 0, 1 or 2 for green, yellow and red (RFC 2697, RFC 2698; storm control has one bucket), and what the buckets hold then.
func color(policer *object, m meter, met bool, needs, now uint64) (int, meter) {
	get := func(id uint16) uint64 { return attr[uint64](policer, id) }
	cir, cbs, pbs := get(sai.PolicerAttrCir), min(get(sai.PolicerAttrCbs), virtual.MostBurst)*billion, min(get(sai.PolicerAttrPbs), virtual.MostBurst)*billion
	mode := attr[sai.PolicerMode](policer, sai.PolicerAttrMode)
	if mode == sai.PolicerModeStormControl {
		cbs, pbs = min(virtual.StormBurst(cir, get(sai.PolicerAttrCbs), attr[sai.MeterType](policer, sai.PolicerAttrMeterType)), virtual.MostBurst)*billion, 0
	}
	if !met {
		m = meter{cbs, pbs, now}
	}
	passed := max(now, m.at) - m.at
	m.at += passed
	if mode == sai.PolicerModeTrTcm {
		m.first, m.second = more(m.first, cir, passed, cbs), more(m.second, get(sai.PolicerAttrPir), passed, pbs)
		if m.second < needs {
			return 2, m
		}
		if m.second -= needs; m.first < needs {
			return 1, m
		}
		m.first -= needs
		return 0, m
	}
	all := more(m.first, cir, passed, cbs+pbs)
	if all > cbs {
		m.second = min(m.second+all-cbs, pbs)
	}
	m.first = min(all, cbs)
	switch {
	case m.first >= needs:
		m.first -= needs
		return 0, m
	case pbs > 0 && m.second >= needs:
		m.second -= needs
		return 1, m
	}
	return 2, m
}

// more is what a bucket holds after some nanoseconds.
func more(tokens, rate, passed, most uint64) uint64 {
	if rate == 0 {
		return tokens
	}
	if passed > most/rate {
		return most
	}
	return min(tokens+passed*rate, most)
}
