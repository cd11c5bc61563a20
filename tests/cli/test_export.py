import openpyxl


def test_a_plan_is_exported_as_workbook_and_as_csv(provisor, plan, tmp_path):
    plan.save(tmp_path / "plan")
    assert provisor("export", "plan", "--to", "books/plan.xlsx").code == 0
    assert "Summary" in openpyxl.load_workbook(tmp_path / "books" / "plan.xlsx").sheetnames
    assert provisor("export", "plan", "--to", "csv").code == 0
    assert (tmp_path / "csv" / "shortage.csv").is_file()
    assert provisor("export", "plan", "--to", "csv").code == 0


def test_no_folder_of_something_else_is_overwritten(provisor, plan, tiny, tmp_path):
    plan.save(tmp_path / "plan")
    before = sorted(tmp_path.rglob("*"))
    assert provisor("export", "plan", "--to", tiny).code == 2
    assert provisor("export", "plan", "--to", "plan").code == 2
    assert provisor("export", "plan", "--to", "plan.pdf").code == 2
    assert sorted(tmp_path.rglob("*")) == before
