"""A load of requests from one process to a server on loopback: N clients that keep their connection and wait for each answer."""

import asyncio
import json
import multiprocessing
import time
from collections.abc import Callable
from typing import Any


async def _client(
    port: int, until: float, request: Callable[[], bytes], times: list[float], errors: list[str], first: int
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while time.perf_counter() < until:
            started = time.perf_counter()
            writer.write(request())
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head[9:12])
            length, chunked = 0, False
            for line in head.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    length = int(line[15:])
                elif line.startswith(b"transfer-encoding:") and b"chunked" in line:
                    chunked = True
            if chunked:
                body = b""
                while size := int((await reader.readline()).strip() or b"0", 16):
                    body += await reader.readexactly(size)
                    await reader.readline()
                await reader.readline()
            else:
                body = await reader.readexactly(length)
            times.append(time.perf_counter() - started)
            if status != first:
                errors.append(f"{status} {body[:200]!r}")
            if b"connection: close" in head.lower():
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except (OSError, asyncio.IncompleteReadError, ValueError) as problem:
        errors.append(repr(problem))
    finally:
        writer.close()


def http(method: str, path: str, headers: dict[str, str], body: Any = None) -> bytes:
    """One HTTP/1.1 request as bytes."""
    content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{k}: {v}" for k, v in headers.items())]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


def measure(port: int, clients: int, seconds: float, request: Callable[[], bytes], *, status: int = 200) -> dict[str, Any]:
    """Requests/s, p50 and p95 in milliseconds, and how many were answered with another status than expected."""
    times: list[float] = []
    errors: list[str] = []

    async def everybody() -> float:
        started = time.perf_counter()
        until = started + seconds
        await asyncio.gather(*(_client(port, until, request, times, errors, status) for _n in range(clients)))
        return time.perf_counter() - started

    took = asyncio.run(everybody())
    ordered = sorted(times) or [0.0]
    figures: dict[str, Any] = {
        "rps": round((len(times) - len(errors)) / took, 1),
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
        "errors": len(errors),
        "requests": len(times),
    }
    if errors:
        figures["first_error"] = errors[0]
    return figures


CPU_COUNT = multiprocessing.cpu_count()
