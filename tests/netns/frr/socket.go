package frr

// Sockets is the directory of the daemons' vty sockets: zebra.vty, staticd.vty ...
func (r *Router) Sockets() string { return r.dir }
