// Package netdev is the mechanics of netdevs that packages kernel and hostif share: one request socket, links as rtnetlink tells them, veth
// pairs, sysctls, the namespace's defaults. It decides nothing: what should exist is its callers' business.
package netdev
