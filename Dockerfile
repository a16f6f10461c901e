# Hypersonic as a container: containerlab's kinds sonic-vs and linux take it as it is (docs/image.md). Built by scripts/image, which makes base images where
# none can be pulled; both builders of Docker take this file.
ARG GO_IMAGE=golang:1.26-bookworm
ARG BASE_IMAGE=debian:12-slim

FROM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -tags grpcnotrace -trimpath -buildvcs=false -ldflags '-s -w' -o /out/usr/bin/hypersonic ./cmd/hypersonic \
 && CGO_ENABLED=0 go run -buildvcs=false ./image/nodata "$(go env GOARCH)" /out/libicudata.so.72.1

FROM ${BASE_IMAGE} AS system
ENV DEBIAN_FRONTEND=noninteractive
# Nothing may start while packages are installed, and what nobody reads in a lab is not unpacked, now or by a later apt-get.
COPY image/etc/dpkg /etc/dpkg
RUN printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d \
 && apt-get update -q \
 && apt-get install -q -y --no-install-recommends \
      bash bash-completion ca-certificates ethtool frr iproute2 iputils-ping lldpd procps redis-server tcpdump tini \
 && apt-get clean && rm -f /usr/sbin/policy-rc.d
COPY image/slim /usr/local/sbin/
RUN slim && rm /usr/local/sbin/slim
COPY image/root/ /
COPY --from=build /out/usr/bin/ /usr/bin/
COPY --from=build /out/libicudata.so.72.1 /tmp/
RUN lib=$(ls /usr/lib/*/libicudata.so.72.1) && mv /tmp/libicudata.so.72.1 "$lib" \
 && sed -i 's/^\(bgpd\|bfdd\)=no/\1=yes/' /etc/frr/daemons \
 && hypersonic links /usr/bin \
 && for name in show config; do $name completion bash >/usr/share/bash-completion/completions/$name; done

# One layer: what was removed above must not be carried along.
FROM scratch
COPY --from=system / /
LABEL org.opencontainers.image.title="Hypersonic" \
      org.opencontainers.image.description="A SONiC-compatible switch for containerlab: kinds sonic-vs and linux"
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PLATFORM=x86_64-kvm_x86_64-r0 HWSKU=Force10-S6000 ASIC_VENDOR=vs
WORKDIR /root
# redis of the switch (inside, loopback only) and the defaults of SONiC's servers; nothing listens outside the container but what is configured.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["hypersonic", "health"]
ENTRYPOINT ["tini", "--", "hypersonic", "run"]
