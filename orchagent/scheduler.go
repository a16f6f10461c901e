package orchagent

import (
	"github.com/hypersonic-nos/hypersonic/engine"
	"github.com/hypersonic-nos/hypersonic/sai"
	"github.com/hypersonic-nos/hypersonic/tables"
)

// scheduler wants a scheduler with what is configured of it.
func scheduler(tx *engine.Tx, name string, r tables.SchedulerRow) error {
	var attrs []engine.Attr[sai.SchedulerKey]
	if r.Type != nil {
		attrs = append(attrs, sai.SchedulerSchedulingType(sai.SchedulingType(*r.Type)))
	}
	attrs = given(attrs, r.Weight, sai.SchedulerSchedulingWeight)
	if r.MeterType != nil {
		attrs = append(attrs, sai.SchedulerMeterType(sai.MeterType(*r.MeterType)))
	}
	attrs = given(attrs, r.CIR, sai.SchedulerMinBandwidthRate)
	attrs = given(attrs, r.CBS, sai.SchedulerMinBandwidthBurstRate)
	attrs = given(attrs, r.PIR, sai.SchedulerMaxBandwidthRate)
	attrs = given(attrs, r.PBS, sai.SchedulerMaxBandwidthBurstRate)
	engine.Want(tx, sai.SchedulerKey{Name: name}, attrs...)
	return nil
}

// given adds an attribute for a field that is there.
func given[K engine.Key, V any](attrs []engine.Attr[K], v *V, attr func(V) engine.Attr[K]) []engine.Attr[K] {
	if v == nil {
		return attrs
	}
	return append(attrs, attr(*v))
}

// certain is the drop probability beyond the thresholds of a colour that has none configured, in per cent (SONiC's qosorch).
const certain uint32 = 100

// wred wants a profile. Its weight is 0: the queue's length counts as it is.
func wred(tx *engine.Tx, name string, r tables.WredRow) error {
	attrs := []engine.Attr[sai.WredKey]{sai.WredWeight(0)}
	for _, c := range []struct {
		on                           *bool
		least, most                  *uint32
		drop                         *uint8
		enable                       func(bool) engine.Attr[sai.WredKey]
		setLeast, setMost, setChance func(uint32) engine.Attr[sai.WredKey]
	}{
		{r.Green, r.GreenMin, r.GreenMax, r.GreenDrop, sai.WredGreenEnable, sai.WredGreenMinThreshold, sai.WredGreenMaxThreshold, sai.WredGreenDropProbability},
		{r.Yellow, r.YellowMin, r.YellowMax, r.YellowDrop, sai.WredYellowEnable, sai.WredYellowMinThreshold, sai.WredYellowMaxThreshold, sai.WredYellowDropProbability},
		{r.Red, r.RedMin, r.RedMax, r.RedDrop, sai.WredRedEnable, sai.WredRedMinThreshold, sai.WredRedMaxThreshold, sai.WredRedDropProbability},
	} {
		attrs = given(attrs, c.on, c.enable)
		attrs = given(attrs, c.least, c.setLeast)
		attrs = given(attrs, c.most, c.setMost)
		chance := certain
		if c.drop != nil {
			chance = uint32(*c.drop)
		}
		attrs = append(attrs, c.setChance(chance))
	}
	if r.ECN != nil {
		attrs = append(attrs, sai.WredEcnMarkMode(sai.EcnMarkMode(*r.ECN)))
	}
	engine.Want(tx, sai.WredKey{Name: name}, attrs...)
	return nil
}
