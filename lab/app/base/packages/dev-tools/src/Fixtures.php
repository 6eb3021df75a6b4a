<?php

declare(strict_types=1);

namespace DevTools;

/** Test data; never on a server. */
final class Fixtures
{
    public const USERS = ['alice', 'bob'];
}
