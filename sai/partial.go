package sai

// Partial is for decorators of API that answer some requests of a bulk call by themselves: answer gives their results, next gets the
// others in one call, and every result stands where its request stood. If nothing is answered, next gets the slice itself.
func Partial[Q, R any](requests []Q, answer func(*Q) (R, bool), next func([]Q) []R) []R {
	results := make([]R, len(requests))
	at := make([]int, 0, len(requests)) // places of the requests that go on
	for i := range requests {
		r, answered := answer(&requests[i])
		if answered {
			results[i] = r
		} else {
			at = append(at, i)
		}
	}
	switch len(at) {
	case 0:
		return results
	case len(requests):
		return next(requests)
	}
	rest := make([]Q, len(at))
	for j, i := range at {
		rest[j] = requests[i]
	}
	for j, r := range next(rest) {
		results[at[j]] = r
	}
	return results
}
