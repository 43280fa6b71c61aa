"""Columns about machines: servers, desktops, devices, and what happens to them."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.files.draws import Draw, Maker, Trait, between, one_of, spread

event = one_of(
    Trait.EVENT,
    "CPU 1 temperature is 68 degrees C, below the upper threshold again",
    "Drive bay 5: the self-test completed without error",
    "DIMM 042 has counted one correctable ECC error",
    "Fan module 3 runs at 7200 RPM",
    "Login of Administrator over HTTPS succeeded",
    "Network port 1 is up at 25 Gbit/s",
    "PSU 2 input voltage is 228 V",
    "The operating system reset the watchdog timer",
    "The system event log is 12 percent full",
)
part = one_of(Trait.EVENT, "cpu", "drive", "memory", "fan", "security", "network", "power", "watchdog", "sel")
outcome = one_of(Trait.OUTCOME, *("success",) * 9, "failed")
error_code = one_of(Trait.OUTCOME, *("",) * 9, "TIMEOUT")
error_message = one_of(Trait.OUTCOME, *("",) * 9, "no answer within 30 s")


_TENTHS = 7200  # of an hour, in a month


def _own_address(draw: Draw) -> str:
    return f"10.{draw.serial // 62_500 % 250}.{draw.serial // 250 % 250}.{draw.serial % 250 + 2}"


def _mac(draw: Draw) -> str:
    return "02:00:" + draw.numbers[Trait.IDENTITY].to_bytes(4, "big").hex(":")  # 02: administered locally


def _desktop(draw: Draw) -> str:
    return f"DESK-{draw.serial:04d}"


def _host(draw: Draw) -> str:
    return f"node-{draw.numbers[Trait.HOST] % 8 + 1:02d}.example.com"


def _device(draw: Draw) -> str:
    return f"device-{draw.serial:04d}"


def _sid(draw: Draw) -> str:
    return f"S-1-5-21-{'-'.join(map(str, draw.numbers[-3:]))}"


def _used(draw: Draw) -> float:
    """Hours of a month, to the tenth."""
    return draw.numbers[Trait.DURATION] % _TENTHS / 10


def _idle(draw: Draw) -> float:
    return (_TENTHS - draw.numbers[Trait.DURATION] % _TENTHS) / 10


MAKERS: Mapping[str, Maker] = {
    **spread(("ip", "private_ip", "ip_address", "desktop_ip", "__source__"), _own_address),
    **spread(("mac", "mac_address"), _mac),
    **spread(("computer_name", "desktop_name", "resource_name"), _desktop),
    **spread(("host", "hostname", "host_name", "__hostname__"), _host),
    **spread(("device_name", "target"), _device),
    **spread(("os", "os_type", "system"), one_of(Trait.HOST, "Windows", "Linux")),
    **spread(("hours", "desktop_usage", "user_usage"), _used),
    **spread(("source", "component"), part),
    **spread(("version", "agent_version", "min_version", "target_version"), one_of(Trait.HOST, "24.2.0", "24.6.1")),
    "sid": _sid,
    "desktop_idle_duration": _idle,
    "process": one_of(Trait.EVENT, "ipmid", "kernel", "redfishd", "sensord"),
    "desktop_type": one_of(Trait.HOST, "dedicated", "pooled"),
    "image_name": one_of(Trait.HOST, "windows-2022-64", "ubuntu-24.04-64"),
    "terminal_type": one_of(Trait.AGENT, "Windows", "macOS", "Linux", "Web"),
    "transport_type": one_of(Trait.AGENT, "TCP", "UDP"),
    "e2e_rtt": between(Trait.DURATION, 4, 180),
    "availability_zone": one_of(Trait.HOST, "zone-1", "zone-2", "zone-3"),
    "instance_total": between(Trait.COUNT, 0, 24),
    "available_vcpus": between(Trait.COUNT, 0, 96),
    "available_memory": between(Trait.COUNT, 1, 512),
    "is_force_upgrade": one_of(Trait.OUTCOME, *(False,) * 9, *(True,)),
    "output": one_of(Trait.OUTCOME, *("done",) * 9, ""),
    "error_code": error_code,
    "error_msg": error_message,
}
