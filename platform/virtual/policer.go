package virtual

import "github.com/hypersonic-nos/hypersonic/sai"

// MostBurst is the most tokens that a bucket holds.
const MostBurst = 4_000_000_000

// StormBurst is what storm control lets through at once where nothing is configured: what its rate brings in 10 ms, and at least a large frame.
func StormBurst(rate, burst uint64, meter sai.MeterType) uint64 {
	switch {
	case burst > 0:
		return burst
	case meter == sai.MeterTypeBytes:
		return max(rate/100, 9216)
	}
	return max(rate/100, 1)
}
