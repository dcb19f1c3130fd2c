"""A way to a server of 127.0.0.1 that can be cut, in a process of its own: python cable.py PORT TO

kill -9 cuts it: what was connected is closed, and who connects is refused until it is started again.
"""

import asyncio
import sys


async def main(port: int, to: int):
    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
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
        await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))

    server = await asyncio.start_server(connected, "127.0.0.1", port, backlog=128)
    await server.serve_forever()


asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
