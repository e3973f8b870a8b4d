"""Where a stage stands, and moving people between stages."""

from .records import Json, Opportunity, StageChange
from .world import World


def place_in_pipeline(world: World, stage: Json) -> int:
    """0-based, inside the stage's own pipeline."""
    fellows = [row for row in world.store.documents["stage"].values() if row["pipeline"] == stage["pipeline"]]
    return sorted(row["rank"] for row in fellows).index(stage["rank"])


def change_stage(world: World, row: Opportunity, stage: Json, user: str | None) -> Opportunity:
    """Moves the opportunity, by the API or by hand, and announces it."""
    now = world.now_ms()
    change = StageChange(stage["id"], place_in_pipeline(world, stage), now, user)
    changed = world.interact(
        row, stage=stage["id"], last_advanced_at=now, stage_changes=(*row.stage_changes, change)
    )
    world.announce("candidateStageChange", row, {"fromStageId": row.stage, "toStageId": stage["id"]})
    return changed
