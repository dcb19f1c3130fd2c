"""A way to a server of 127.0.0.1 that can be cut, in a process of its own: python cable.py PORT TO [TEXT ...]

kill -9 cuts it: what was connected is closed, and who connects is refused until it is started again. What is sent with the first
TEXT in it reaches the server, and its answer nobody; then what is sent with the next.
"""

import asyncio
import sys

TIME_TO_ACT = 0.3


async def main(port: int, to: int, *texts: str):
    left = [text.encode() for text in texts]

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, back: asyncio.StreamWriter | None = None):
        try:
            while data := await reader.read(65_536):
                is_lost = back is not None and left and left[0] in data
                if is_lost:
                    del left[0]
                    back.close()
                writer.write(data)
                await writer.drain()
                if is_lost:
                    return await asyncio.sleep(TIME_TO_ACT)
        except ConnectionError:
            pass  # The other direction is told by the close below.
        finally:
            writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", to)
        except OSError:
            writer.close()
            return
        await asyncio.gather(carry(reader, far_writer, back=writer), carry(far_reader, writer))

    server = await asyncio.start_server(connected, "127.0.0.1", port, backlog=128)
    await server.serve_forever()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
