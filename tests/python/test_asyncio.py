"""A service that waits for nothing: `asyncio.to_thread`, as the README shows it."""

import asyncio
import time

import citymatch as cm


async def answers(matcher: cm.Matcher, questions: list[str]) -> list[cm.Matches]:
    return list(await asyncio.gather(*(asyncio.to_thread(matcher.find, question) for question in questions)))


def test_many_questions_at_once(matcher: cm.Matcher, challenges: list[cm.Challenge]) -> None:
    questions = [challenge.question for challenge in challenges[:2]] * 50
    found = asyncio.run(answers(matcher, questions))
    assert [list(matches) for matches in found] == [list(matcher.find(question)) for question in questions]


def test_the_loop_goes_on_while_a_thread_works(catalogue: cm.Catalogue) -> None:
    """The interpreter is free while citymatch works, so that other requests are answered."""
    matcher = cm.Matcher(catalogue, threads=1)
    challenges = [cm.Challenge(f"c{i}", question="agua de lluvia en las aceras, toilets and sewers " * 200) for i in range(2_000)]

    async def both() -> tuple[cm.Run, int, float]:
        begun, ticks = time.monotonic(), 0
        work = asyncio.create_task(asyncio.to_thread(matcher.find_all, challenges))
        while not work.done():
            ticks += 1
            await asyncio.sleep(0.001)
        return await work, ticks, time.monotonic() - begun

    run, ticks, took = asyncio.run(both())
    assert len(run) == 2_000 and ticks > took * 1_000 / 20


def test_adding_beside_finding(catalogue: cm.Catalogue) -> None:
    matcher = cm.Matcher(catalogue)

    async def service() -> cm.Matches:
        adds = [asyncio.to_thread(catalogue.add, {"id": f"n{i}", "title": f"Pozo de agua {i}"}) for i in range(5)]
        await asyncio.gather(*adds, *(asyncio.to_thread(matcher.find, "agua de lluvia") for _ in range(20)))
        await asyncio.to_thread(matcher.refresh)
        return await asyncio.to_thread(matcher.find, "Pozo de agua 3")

    found = asyncio.run(service())
    assert found[0].solution_id == "n3" and len(catalogue) == 8
