import assert from "node:assert/strict";
import { controllerRoutes, lostRoutes } from "../../../components/migration/routes/controllers";

const routes = (source: string): string[] => controllerRoutes([source]).endpoints.map(({ method, path }) => `${method} ${path}`);

describe("the routes of a controller", () => {
  it("are read from attributes, with the prefix of their class", () => {
    const source = `<?php
#[Route('/admin', name: 'admin_')]
#[IsGranted('ROLE_ADMIN')]
final class Pages extends Controller {
    #[Route('/pages', name: 'pages', methods: ['GET', 'POST'])]
    public function all(array $filter = []): Response {}
    #[Route(path: '/pages/{id}', requirements: ['id' => '(\\d+)'], methods: 'PUT'), Cache(5)]
    public function one() {}
    // #[Route('/old')]
    #[Route('')] public function index() {}
}`;
    assert.deepEqual(routes(source), ["GET /admin/pages", "POST /admin/pages", "PUT /admin/pages/{id}", "ANY /admin"]);
  });

  it("are read from annotations", () => {
    const source = `<?php
/**
 * @Route("/admin")
 */
class Pages {
    /**
     * Every page.
     * @Route("/pages", name="pages", methods={"GET"})
     */
    public function all() {}
}`;
    assert.deepEqual(routes(source), ["GET /admin/pages"]);
  });

  it("are the class's own when it has no others", () => {
    assert.deepEqual(routes(`#[AsController] #[Route('/health', methods: ['GET'])]\nclass Health { function __invoke() {} }`), [
      "GET /health",
    ]);
  });

  it("are counted as unread when a path isn't plain text", () => {
    const source = "class A { #[Route(self::PATH)] function a() {} #[Route(['de' => '/x'])] function b() {} }";
    assert.deepEqual(controllerRoutes([source]), { endpoints: [], unread: 2 });
  });

  it("are lost where a path or method is gone, not where another file has them", () => {
    const before = controllerRoutes(["class A { #[Route('/a', methods: ['GET'])] function a() {} #[Route('/b')] function b() {} }"]);
    const lost = (...after: string[]): string[] =>
      lostRoutes(before, controllerRoutes(after)).map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(lost("class A { #[Route('/a')] function a() {} }", "class B { #[Route('/b')] function b() {} }"), []);
    assert.deepEqual(
      lost("class A { #[Route('/a', methods: ['POST'])] function a() {} #[Route('/b', methods: ['GET'])] function b() {} }"),
      ["GET /a", "ANY /b"],
    );
  });
});
